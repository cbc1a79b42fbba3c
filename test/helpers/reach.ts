/**
 * Finds what cannot be reached: cells cut off by an ancestor without sideways scrolling, and controls at whose
 * middle something else is hit, once they are scrolled to.
 */
export const UNREACHABLE = `(() => {
  const faults = []
  const name = (element) => (element.getAttribute('aria-label') || element.textContent || element.className).trim().slice(0, 40)
  const row = document.querySelectorAll('.rows > .row')[0]
  for (const element of [...(row ? row.querySelectorAll('.cell, .button') : []), ...document.querySelectorAll('main .bar button, main .bar input, main .bar summary, nav a, .account a')]) {
    if (getComputedStyle(element).display === 'none' || element.closest('details:not([open]) > div')) continue
    element.scrollIntoView({ block: 'center', inline: 'nearest' })
    const { left, right, top, bottom, width } = element.getBoundingClientRect()
    if (width === 0) continue
    if (left < -1 || right > innerWidth + 1) faults.push(name(element) + ' is outside the window')
    for (let around = element.parentElement; around; around = around.parentElement) {
      const { overflowX, contain } = getComputedStyle(around)
      const box = around.getBoundingClientRect()
      const clips = overflowX === 'hidden' || overflowX === 'clip' || contain !== 'none'
      if (clips && (right > box.right + 1 || left < box.left - 1)) faults.push(name(element) + ' is cut off by ' + around.className)
    }
    const [x, y] = [(left + right) / 2, (top + bottom) / 2]
    const hit = document.elementFromPoint(x, y)
    if (!hit || !(element.contains(hit) || hit.contains(element))) faults.push(name(element) + ' lies under ' + (hit ? hit.className || hit.tagName : 'the edge'))
    if (element.matches('.total, .price, .qty, .time, .order, .mark') && element.scrollWidth > element.clientWidth + 1) faults.push(name(element) + ' is cut')
  }
  return [...new Set(faults)]
})()`
