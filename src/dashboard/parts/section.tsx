import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

interface SectionProps {
  title: string
  children: ComponentChildren
}

/** A titled part of a page. */
export function Section({ title, children }: SectionProps) {
  const heading = useId()
  return (
    <section class="panel section" aria-labelledby={heading}>
      <h2 id={heading}>{title}</h2>
      {children}
    </section>
  )
}
