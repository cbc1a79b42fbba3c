import { t } from '../../languages/factors'
import { CopyButton } from '../../parts/copy-button'
import { Notice } from '../../parts/notice'

const TURNED_ON = t.signInsNowTake

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
    <p>{t.keepTheseRecoveryCodes}</p>
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
        {t.iHaveKeptThem}
      </button>
    </footer>
  </div>
)
