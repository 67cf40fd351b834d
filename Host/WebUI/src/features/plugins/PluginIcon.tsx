// A plugin's icon, or the mark of its kind where it brings none. An SVG in <img> can run nothing.
import { address, type ComponentKind } from "../../api";
import { Icon } from "../../ui";

interface Props {
  name: string;
  own?: boolean;
  kinds?: ComponentKind[];
  size?: number;
}

export function PluginIcon({ name, own, kinds, size = 24 }: Props) {
  if (own) return <img className="plugin-icon" src={address(`/plugins/${name}/icon`)} alt="" width={size} height={size} />;
  return <Icon name={kinds?.length === 1 ? kinds[0] : "plugins"} size={size} />;
}
