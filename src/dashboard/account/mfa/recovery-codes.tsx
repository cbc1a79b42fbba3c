import { CopyButton } from '../../parts/copy-button'
import { Notice } from '../../parts/notice'

const TURNED_ON = 'Sign-ins now take a second step.'

interface RecoveryCodesProps {
  codes: string[]
  notice?: string
  /** Called once the person has kept them. */
  onKept: () => void
}

/** Shows recovery codes; the server never does again. */
export const RecoveryCodes = ({ codes, notice = TURNED_ON, onKept }: RecoveryCodesProps) => (
  <div class="form">
    <Notice tone="good">{notice}</Notice>
    <p>
      Keep these recovery codes where you find them without your phone. Each replaces a code once. They are
      not shown again.
    </p>
    <ul class="secret codes">
      {codes.map((code) => (
        <li key={code}>
          <code>{code}</code>
        </li>
      ))}
    </ul>
    <footer class="actions">
      <CopyButton text={codes.join('\n')} />
      <button class="button" type="button" onClick={onKept}>
        I have kept them
      </button>
    </footer>
  </div>
)
