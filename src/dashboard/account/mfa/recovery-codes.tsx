import { CopyButton } from '../../parts/copy-button'
import { Notice } from '../../parts/notice'

interface RecoveryCodesProps {
  codes: string[]
  /** Called once the person has kept them. */
  onKept: () => void
}

/** Shows recovery codes the only time that the server does. */
export const RecoveryCodes = ({ codes, onKept }: RecoveryCodesProps) => (
  <div class="form">
    <Notice tone="good">Sign-ins now take a second step.</Notice>
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
