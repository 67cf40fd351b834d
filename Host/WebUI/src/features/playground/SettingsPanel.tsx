// What goes with every question. An empty figure leaves the choice to the provider.
import { Checkbox, NumberField, TextArea } from "../../ui";
import { schemaFrom, type Settings } from "./question";

export function SettingsPanel({ settings, onChange }: { settings: Settings; onChange: (settings: Settings) => void }) {
  const set = (part: Partial<Settings>) => onChange({ ...settings, ...part });
  return (
    <div className="play-settings">
      <TextArea label="System message" rows={3} value={settings.system} onChange={(system) => set({ system })} />
      <NumberField label="Longest answer" unit="tokens" integer min={1} value={settings.maxTokens} onChange={(maxTokens) => set({ maxTokens })} />
      <NumberField label="Temperature" min={0} max={2} value={settings.temperature} onChange={(temperature) => set({ temperature })} />
      <NumberField label="Top p" min={0} max={1} value={settings.topP} onChange={(topP) => set({ topP })} />
      <NumberField label="Seed" integer value={settings.seed} onChange={(seed) => set({ seed })} />
      <Checkbox label="Log-probabilities" help="Shades each token by how likely it was." checked={settings.logprobs} onChange={(logprobs) => set({ logprobs })} />
      <TextArea label="JSON schema" mono rows={6} value={settings.schema} onChange={(schema) => set({ schema })} error={schemaFrom(settings.schema).problem}
        help="The answer has to be JSON of this form; empty for plain text." placeholder={'{"type": "object", …}'} />
    </div>
  );
}
