/**
 * Pictures of a page of vlf-pack as people see it: on a desk and on a phone, light and dark, and as a PDF for paper.
 * Needs Debian's chromium. Usage: screenshot.ts PAGE.html [FOLDER]; the folder is screenshots/ unless named.
 */
import { mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { startChromium } from "../test/peers/chromium.ts";

const SIZES = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } } as const;

const [file, folder = "screenshots"] = process.argv.slice(2);
if (file === undefined) {
  console.error("usage: screenshot.ts PAGE.html [FOLDER]");
  process.exitCode = 2;
} else {
  await take(resolve(file), folder);
}

async function take(path: string, into: string): Promise<void> {
  mkdirSync(into, { recursive: true });
  const name = basename(path, ".html");
  const { context, stop } = await startChromium();
  try {
    const page = await context.newPage();
    await page.goto(`file://${path}`);
    for (const [size, viewport] of Object.entries(SIZES)) {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme });
        const picture = join(into, `${name}-${size}-${colorScheme}.png`);
        await page.screenshot({ path: picture, fullPage: true });
        console.log(picture);
      }
    }
    const pdf = join(into, `${name}.pdf`);
    await page.pdf({ path: pdf, format: "A4" });
    console.log(pdf);
  } finally {
    await stop();
  }
}
