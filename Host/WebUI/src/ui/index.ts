// The kit that every page is built from.
import "./icon.css";

export { Icon, type IconName } from "./Icon";
export { Button, IconButton, type ButtonProps, type IconButtonProps } from "./Button";
export { Field, type FieldIDs, type FieldProps } from "./Field";
export { NumberField, TextArea, TextField, type NumberFieldProps, type TextAreaProps, type TextFieldProps } from "./TextField";
export { Checkbox, Select, Switch, type CheckProps, type Option, type SelectProps } from "./Choice";
export { ConfirmDialog, Dialog, type ConfirmDialogProps, type DialogProps } from "./Dialog";
export { Drawer, type DrawerProps } from "./Drawer";
export { Menu, MenuList, type MenuEntry, type MenuItem, type MenuProps } from "./Menu";
export { Tabs, type Tab, type TabsProps } from "./Tabs";
export { Avatar, Badge, StatusBadge, statusTone, statusWord, type Tone } from "./Badge";
export { Tooltip } from "./Tooltip";
export { EmptyState, NotFound, NotFoundPage, Skeleton, type EmptyStateProps } from "./States";
export { ProblemView, type ProblemViewProps } from "./ProblemView";
export { ToastProvider, useToast, type Toast } from "./Toast";
export { Bytes, Copyable, Duration, Figure, RelativeTime, copyText } from "./Figures";
export { formatBytes, formatCompact, formatDuration, formatExact, formatNumber, formatRelative, plural } from "./format";
export { Card, Page, SplitPane, Toolbar, type PageProps } from "./Layout";
export { Kbd } from "./Kbd";
export { Values } from "./Values";
export { Markdown } from "./Markdown";
export { useInfinite } from "./useInfinite";
export { focusables, useLayer } from "./layer";
