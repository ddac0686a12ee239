/** Certificates of servers that stand for a VOSS: self-signed, as it ships with. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly certFile: string;
}

/** Makes a certificate for these names, as openssl writes them: `IP:127.0.0.1`, `DNS:localhost`. */
export function makeCertificate(folder: string, names: readonly string[]): Certificate {
  const certFile = join(folder, "voss-ca.pem");
  const keyFile = join(folder, "voss-key.pem");
  const subject = ["-subj", "/CN=VOSS Automate", "-addext", `subjectAltName=${names.join(",")}`];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", keyFile];
  const leaf = ["-addext", "basicConstraints=critical,CA:FALSE", "-days", "2", "-out", certFile];
  execFileSync("openssl", ["req", "-x509", ...subject, ...key, ...leaf], { stdio: "pipe" });
  return { cert: readFileSync(certFile), key: readFileSync(keyFile), certFile };
}
