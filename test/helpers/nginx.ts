import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { run } from './topology/programs.js'

interface NginxOptions {
  /** Its files; the path of a temporary folder of its own. */
  dir: string
  port: number
  /** Where it passes requests, host and port. */
  node: string
  /** The header fields set by it. */
  fields: Record<string, string>
}

/** Starts nginx before one node, with the given header fields and nothing else of its own. */
export function startNginx(t: Test, { dir, port, node, fields }: NginxOptions) {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  const file = join(dir, `nginx-${port}.conf`)
  const headers = Object.entries(fields).map(([name, value]) => `proxy_set_header ${name} ${value};`)
  writeFileSync(
    file,
    `pid ${dir}/pid-${port}; error_log stderr crit; events {}
     http {
       access_log off; ${paths.map((name) => `${name}_temp_path ${dir}/${name}-${port};`).join(' ')}
       server {
         listen 127.0.0.1:${port};
         location / { proxy_pass http://${node}; proxy_http_version 1.1; ${headers.join(' ')} }
       }
     }`,
  )
  const args = ['-e', 'stderr', '-p', dir, '-c', file, '-g', 'daemon off; master_process off;']
  return run(t, 'nginx', args, port)
}
