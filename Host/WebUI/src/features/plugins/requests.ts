// Changes of plugins that an admin asks for.
import { invalidate, type Plugin, type Plugins, send } from "../../api";

export async function scanPlugins(): Promise<Plugins> {
  const { data } = await send<Plugins>("POST", "/plugins/scan", { body: {} });
  changed();
  return data;
}

export async function setEnabled(plugin: string, enabled: boolean): Promise<Plugin> {
  const { data } = await send<Plugin>("POST", `/plugins/${plugin}/${enabled ? "enable" : "disable"}`, { body: {} });
  changed();
  return data;
}

/** What can be used may be different now, also in forms and palettes. */
export function changed(): void {
  invalidate("/plugins");
  invalidate("/components");
}
