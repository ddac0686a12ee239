/** The suite of cases against nginx with WebDAV and a login. */
import { freePorts } from "../peers/_process.ts";
import { startNginx } from "../peers/nginx.ts";
import { missing } from "../pipelines/_run.ts";
import { deliverySuite, type Peer } from "./suite.ts";

const skip = missing("nginx", "openssl");

/** A peer in one folder of nginx. */
async function nginxPeer(
  folder: string,
  settings: (nginx: Awaited<ReturnType<typeof startNginx>>, wrong?: "login" | "port") => string,
): Promise<Peer> {
  const nginx = await startNginx();
  const [nobody = 0] = await freePorts(1);
  return {
    settings: settings(nginx),
    ...(folder === "login" ? { wrongLogin: settings(nginx, "login") } : {}),
    down: settings({ ...nginx, port: nobody, tlsPort: nobody }),
    env: { WRONG_PASSWORD: "wrong-password-of-a-test" },
    secrets: [
      nginx.password,
      "wrong-password-of-a-test",
      Buffer.from(`${nginx.username}:${nginx.password}`).toString("base64"),
    ],
    received: (name) => {
      const bytes = nginx.read(`${folder}/${name}`);
      return Promise.resolve(bytes === undefined ? [] : [bytes]);
    },
    names: () => Promise.resolve(nginx.names(folder)),
    place: (name, content) => Promise.resolve(nginx.place(`${folder}/${name}`, content)),
    empty: () => Promise.resolve(nginx.empty()),
    close: () => nginx.stop(),
  };
}

deliverySuite("http, PUT with a login", { recognizes: true, proof: "read-back", skip }, () =>
  nginxPeer(
    "login",
    ({ host, port, username, passwordFile }, wrong) => `[destinations.peer]
type = "http"
host = "${host}"
port = ${port}
secure = false
method = "PUT"
url = "/login/"
username = "${username}"
${wrong === "login" ? 'password_env = "WRONG_PASSWORD"' : `password_file = "${passwordFile}"`}
`,
  ),
);
