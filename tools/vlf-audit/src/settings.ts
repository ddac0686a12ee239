/** What vlf-audit reads from `vlf.toml`. */
export { standaloneAllocation } from "@vlf/common/allocation";
