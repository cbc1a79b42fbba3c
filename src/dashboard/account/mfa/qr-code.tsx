import qrcode from 'qrcode-generator'

/** Modules of the quiet zone around a code (ISO/IEC 18004, 9.1). */
const MARGIN = 4

/** Returns the dark modules of the QR code of `text` as the path of an SVG, and the number of modules of a side. */
function draw(text: string): { path: string; size: number } {
  const code = qrcode(0, 'M')
  code.addData(text)
  code.make()
  const size = code.getModuleCount()
  let path = ''
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) if (code.isDark(y, x)) path += `M${x} ${y}h1v1h-1z`
  return { path, size }
}

/** The QR code of `text`. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { path, size } = draw(text)
  const side = size + 2 * MARGIN
  return (
    <svg class="qr" viewBox={`${-MARGIN} ${-MARGIN} ${side} ${side}`} role="img" aria-label={label}>
      <path d={path} shape-rendering="crispEdges" />
    </svg>
  )
}
