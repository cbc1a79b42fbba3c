import { shopName } from '../shop'

/** Logo, and the name of the shop. */
export const Brand = () => (
  <div class="brand">
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M7 12.5 16 8l9 4.5v9L16 26l-9-4.5zM7 12.5l9 4.5 9-4.5M16 17v9" />
    </svg>
    <span dir="auto" title={shopName.value}>
      {shopName}
    </span>
  </div>
)
