/**
 * Destination of type `voss-cloud`: the VOSS Cloud Licensing Service (guide, 1.8.4 and 1.8.5). Its form is
 * documented, its API is not: host, paths, methods and field names have no defaults here and have to come
 * from VOSS. Until then the destination is off.
 */
import { shown } from "@vlf/common/http";
import {
  readRegistration,
  type Registration,
  sameRegistration,
  saveRegistration,
} from "../cloud/registration.ts";
import { cloudSettings, type Profile } from "../cloud/settings.ts";
import { DeliveryError } from "../failure.ts";
import { connectionFailure, refusal } from "../http/answers.ts";
import { type Body, formBody, rawBody } from "../http/body.ts";
import { idempotencyKey, send, success } from "../http/send.ts";
import { type Connection, connectionOf, urlOfFile } from "../http/settings.ts";
import type { Source } from "../source.ts";
import type { Attempt, Destination, DestinationKind, Receipt } from "./destination.ts";

export const vossCloudDestination: DestinationKind = {
  type: "voss-cloud",

  fromConfig(name, table, config, context) {
    const where = `[destinations.${name}]`;
    const { format, profile } = cloudSettings(config, where, table);
    return typeof profile === "string"
      ? new CloudOff(name, format, profile)
      : new CloudDestination(name, format, connectionOf(config, where, profile, context), profile);
  },

  fromTarget: () => undefined,
};

/** One that the settings turn off. */
class CloudOff implements Destination {
  readonly name: string;
  readonly recognizes = false;
  readonly formats: readonly string[];
  readonly off: string;

  constructor(name: string, format: string, off: string) {
    this.name = name;
    this.formats = [format];
    this.off = off;
  }

  locate(): string {
    return "VOSS Cloud Licensing Service";
  }

  deliver(): Promise<Receipt> {
    return Promise.reject(new DeliveryError("configuration", `deliver to "${this.name}": ${this.off}`));
  }
}

class CloudDestination implements Destination {
  readonly name: string;
  readonly recognizes = false;
  readonly formats: readonly string[];
  readonly #connection: Connection;
  readonly #profile: Profile;

  constructor(name: string, format: string, connection: Connection, profile: Profile) {
    this.name = name;
    this.formats = [format];
    this.#connection = connection;
    this.#profile = profile;
  }

  locate(fileName: string): string {
    return shown(this.#url(this.#profile.upload_url, fileName));
  }

  async deliver(source: Source, attempt: Attempt = {}): Promise<Receipt> {
    try {
      await this.#register(attempt);
      const { upload_url: endpoint, upload_method: method } = this.#profile;
      const url = this.#url(endpoint, source.name);
      const headers = { "idempotency-key": idempotencyKey(this.name, source) };
      const answer = await send(this.#connection, method, url, this.#body(source), headers, attempt);
      const { message } = await success(`${method} ${shown(url)}`, url, answer);
      const { sha256 } = source.expected;
      return { status: "delivered", location: shown(url), sha256, proof: "accepted", message };
    } catch (error) {
      throw connectionFailure(error);
    }
  }

  /** "Test Connection" of the form: no license data, and none that could be taken for it, is sent. */
  async test({ signal }: Attempt = {}): Promise<string> {
    const { test_url: endpoint } = this.#profile;
    if (endpoint === undefined) {
      throw new DeliveryError("configuration", `test "${this.name}": test_url is not set`, {
        hint: "dummy data is never sent to the licensing service: set the path that VOSS names for a test",
      });
    }
    const url = this.#url(endpoint, "");
    try {
      const headers = { "user-agent": "vlf-ship", ...this.#connection.headers };
      const answer = await this.#connection.client.request(url, { method: "GET", headers, signal });
      return (await success(`GET ${shown(url)}`, url, answer)).message;
    } catch (error) {
      throw connectionFailure(error);
    }
  }

  close(): Promise<void> {
    return this.#connection.client.destroy();
  }

  /**
   * Registers the platform where these settings were not registered yet. The file that remembers it is
   * written only after the service said yes: a failure leaves the registration before in force, and nothing
   * is sent under settings that the service has not taken (guide, 1.8.5: "A failure will rollback").
   */
  async #register({ signal }: Attempt): Promise<void> {
    const profile = this.#profile;
    const wanted: Registration = {
      organization_id: profile.organization_id,
      platform_name: profile.platform_name,
      installation_type: profile.installation_type,
      service: shown(this.#url(profile.register_url, "")),
    };
    const before = await readRegistration(profile.registration_file);
    if (before !== undefined && sameRegistration(before, wanted)) return;
    const url = this.#url(profile.register_url, "");
    const action = `register ${profile.register_method} ${shown(url)}`;
    const answer = await this.#connection.client.request(url, {
      method: profile.register_method,
      headers: {
        "user-agent": "vlf-ship",
        ...this.#connection.headers,
        "content-type": "application/json",
      },
      body: JSON.stringify(Object.fromEntries(this.#fields().map(({ name, value }) => [name, value]))),
      signal,
    });
    if (answer.status < 200 || answer.status > 299) {
      const { failure, message, retryAfterSeconds } = await refusal(action, answer);
      const stays =
        before === undefined ? "nothing is registered" : `"${before.organization_id}" stays registered`;
      throw new DeliveryError(failure, `${message}; ${stays}`, {
        retryAfterSeconds,
        hint: "check organization_id and platform_name against the VOSS Customer Portal (guide, 1.8.5)",
      });
    }
    await answer.discard();
    await saveRegistration(profile.registration_file, wanted);
  }

  #fields(): { name: string; value: string }[] {
    const profile = this.#profile;
    return [
      { name: profile.organization_field, value: profile.organization_id },
      { name: profile.platform_field, value: profile.platform_name },
      { name: profile.installation_field, value: profile.installation_type },
    ];
  }

  #body(source: Source): Body {
    const { upload_body: body, upload_field: field = "" } = this.#profile;
    return body === "raw" ? rawBody(source) : formBody(source, field, this.#fields());
  }

  /** `{organization_id}` and `{platform_name}` in an endpoint stand for the settings. */
  #url(endpoint: string, name: string): URL {
    const path = endpoint
      .replaceAll("{organization_id}", encodeURIComponent(this.#profile.organization_id))
      .replaceAll("{platform_name}", encodeURIComponent(this.#profile.platform_name));
    return urlOfFile(this.#connection.origin, path, name);
  }
}
