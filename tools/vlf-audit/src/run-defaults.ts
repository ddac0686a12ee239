/** `vlf-audit --print-defaults`: the settings of the schemes of Cisco, as they are in force, to be put into vlf.toml. */
import { DEVICE_ROWS } from "@vlf/common/cisco-devices";
import { CISCO_SETTINGS, ciscoRules } from "@vlf/common/cisco-settings";
import { loadConfig } from "@vlf/common/config";
import { EXIT } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import type { DefaultsOptions } from "./cli.ts";

export async function runDefaults({ config }: DefaultsOptions, io: Io): Promise<number> {
  const rules = ciscoRules(loadConfig(config));
  const lines = ["[cisco]"];
  for (const { key, about, source, value } of CISCO_SETTINGS)
    lines.push(`# ${about} (${source})`, `${key} = ${JSON.stringify(value(rules))}`);
  lines.push("", "# Class by product; * stands for any characters. These go before the table below.");
  lines.push("[cisco.devices]");
  for (const [product, deviceClass] of Object.entries(rules.devices))
    lines.push(`${JSON.stringify(product)} = ${JSON.stringify(deviceClass)}`);
  lines.push("", "# The table of device classes: Cisco's licensing chapter for 12.5.");
  for (const { product, class: deviceClass, mark } of DEVICE_ROWS)
    lines.push(
      `# ${JSON.stringify(product)} = ${JSON.stringify(deviceClass)}${mark === "documented" ? "" : " # ours"}`,
    );
  for (const { name, region, devices, hierarchies } of rules.clusters) {
    lines.push("", `[cisco.clusters.${JSON.stringify(name)}]`);
    if (region !== "") lines.push(`region = ${JSON.stringify(region)}`);
    lines.push(`device = ${JSON.stringify(devices)}`, `hierarchy = ${JSON.stringify(hierarchies)}`);
  }
  await io.stdout.write(lines.map((line) => `${line}\n`).join(""));
  return EXIT.ok;
}
