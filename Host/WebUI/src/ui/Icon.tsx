// Drawings of 16 by 16, one stroke weight, in the colour of the text around them.
import type { ReactNode } from "react";
import { paths } from "./iconPaths";

export type IconName = keyof typeof paths;

interface IconProps {
  name: string;
  size?: number;
  /** Only where the icon stands alone and says something. */
  label?: string;
  className?: string;
}

export function Icon({ name, size = 16, label, className }: IconProps) {
  const drawing: ReactNode = paths[name as IconName] ?? paths.circle;
  return (
    <svg
      className={"ui-icon" + (className ? " " + className : "")}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
      focusable="false"
    >
      {drawing}
    </svg>
  );
}
