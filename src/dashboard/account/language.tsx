import { t } from '../languages/account'
import { chooseLanguage, chooseZone, chosenLanguage, languages, zone } from '../languages/choice'
import { sendAllHeld } from '../parts/held'
import { Section } from '../parts/section'

/** Texts and formats are made when the page loads, so it is reloaded, once pending changes are sent. */
async function applyChoice(): Promise<void> {
  await sendAllHeld()
  location.reload()
}

interface ChoiceProps {
  label: string
  value: string
  /** Values with their texts. */
  options: [value: string, text: string][]
  onChoose: (value: string) => void
}

const Choice = ({ label, value, options, onChoose }: ChoiceProps) => (
  <label class="field">
    <span>{label}</span>
    <select
      value={value}
      onChange={(event) => {
        onChoose(event.currentTarget.value)
        void applyChoice()
      }}
    >
      <option value="">{t.ofTheBrowser}</option>
      {options.map(([name, text]) => (
        <option key={name} value={name}>
          {text}
        </option>
      ))}
    </select>
  </label>
)

/** The language and the time zone of the dashboard, kept in this browser. */
export const Language = () => (
  <Section title={t.language}>
    <Choice
      label={t.languageOfThePage}
      value={chosenLanguage}
      options={Object.entries(languages)}
      onChoose={chooseLanguage}
    />
    <Choice
      label={t.zone}
      value={zone ?? ''}
      options={Intl.supportedValuesOf('timeZone').map((name) => [name, name])}
      onChoose={chooseZone}
    />
  </Section>
)
