// Asks a twin: queries and mutations by fetch, subscriptions by one WebSocket, errors as one class.
// Documents are typed, so what is asked decides what comes back; with `byId` their ids are sent instead of their texts.
import { createClient, type Client as Socket, type SubscribePayload } from "graphql-ws";
import type { TypedDocumentString } from "./gql/graphql.js";

interface Fault {
  message: string;
  extensions?: { code?: string; place?: string; hint?: string; retryAfter?: number };
}

interface Answer<Result> {
  data?: Result | null;
  errors?: readonly Fault[];
}

/** Close codes after which the same may be asked again; after all others it would be refused again. */
const AGAIN: ReadonlySet<number> = new Set([1001, 1005, 1006, 1012, 1013, 1014, 4408, 4413, 4500]);

/**
 * What the service refused or could not do. `code` is stable; `hint` says what to do; `retryAfter` is in seconds.
 * Two codes are of this client: CONNECTION_LOST, after which one may ask again, and CONNECTION_REFUSED.
 */
export class TwinError extends Error {
  readonly code: string;
  readonly place: string | undefined;
  readonly hint: string | undefined;
  readonly retryAfter: number | undefined;

  constructor({ message, extensions = {} }: Fault) {
    super(message);
    this.name = "TwinError";
    this.code = extensions.code ?? "INTERNAL";
    this.place = extensions.place;
    this.hint = extensions.hint;
    this.retryAfter = extensions.retryAfter;
  }
}

export interface Options {
  /** `http://127.0.0.1:8000/graphql` */
  url: string;
  /** What `twin token create` printed; none where the service asks for none. */
  token?: string | undefined;
  /** Send ids of documents: a service with TWIN_DOCUMENTS=trusted executes nothing else. */
  byId?: boolean;
}

/** Variables may be left out where a document has none that must be given. */
type Given<Variables> = Record<string, never> extends Variables ? [variables?: Variables] : [variables: Variables];

export class Twin {
  readonly #options: Options;
  readonly #socket: Socket;
  #closed = false;
  /** The newest revision that an answer named: what is asked next is at least as new. */
  #revision = 0;

  constructor(options: Options) {
    this.#options = options;
    this.#socket = createClient({
      url: options.url.replace(/^http/, "ws"),
      // It would subscribe anew with the variables of the beginning, and tell twice what was told already.
      retryAttempts: 0,
      connectionParams: options.token === undefined ? {} : { Authorization: `Bearer ${options.token}` },
    });
  }

  /** Executes a query or a mutation. Throws TwinError. */
  async ask<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    ...[variables]: Given<Variables>
  ): Promise<Result> {
    const headers: Record<string, string> = {
      accept: "application/graphql-response+json",
      "content-type": "application/json",
    };
    if (this.#revision > 0) headers["twin-min-revision"] = String(this.#revision);
    if (this.#options.token !== undefined) headers["authorization"] = `Bearer ${this.#options.token}`;
    const body = JSON.stringify(this.#request(document, variables));
    const response = await fetch(this.#options.url, { method: "POST", headers, body });
    this.#revision = Math.max(this.#revision, Number(response.headers.get("twin-revision") ?? 0));
    if (!response.headers.get("content-type")?.startsWith("application/graphql-response+json")) {
      throw new TwinError(await problem(response));
    }
    return data((await response.json()) as Answer<Result>);
  }

  /** Follows a subscription; leaving the loop ends it. Throws TwinError, CONNECTION_LOST among it. */
  async *follow<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    ...[variables]: Given<Variables>
  ): AsyncGenerator<Result, void> {
    if (this.#closed) return;
    const payload = this.#request(document, variables) as unknown as SubscribePayload;
    try {
      for await (const answer of this.#socket.iterate(payload)) yield data(answer as Answer<Result>);
    } catch (thrown) {
      throw ended(thrown);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#socket.dispose();
  }

  #request<Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables | undefined) {
    // graphql-ws sends nothing without a query, so it is empty where the id stands for it.
    if (this.#options.byId) return { query: "", documentId: document.__meta__?.["hash"], variables };
    return { query: document.toString(), variables };
  }
}

function data<Result>({ data, errors }: Answer<Result>): Result {
  const [fault] = errors ?? [];
  if (fault) throw new TwinError(fault);
  if (data == null) throw new TwinError({ message: "There is neither data nor an error in the answer" });
  return data;
}

/** Why a subscription ended: errors of the service, a closed connection, or an event of the socket that says no more. */
function ended(thrown: unknown): TwinError {
  if (thrown instanceof TwinError) return thrown;
  if (Array.isArray(thrown)) {
    const [fault] = thrown as Fault[];
    return new TwinError(fault ?? { message: "The subscription ended with an error that says nothing" });
  }
  if (closed(thrown)) {
    const code = AGAIN.has(thrown.code) ? "CONNECTION_LOST" : "CONNECTION_REFUSED";
    return new TwinError({ message: thrown.reason || `The connection was closed: ${thrown.code}`, extensions: { code } });
  }
  if (thrown instanceof Error) return new TwinError({ message: thrown.message });
  return new TwinError({ message: "The connection failed", extensions: { code: "CONNECTION_LOST" } });
}

function closed(thrown: unknown): thrown is Pick<CloseEvent, "code" | "reason"> {
  return typeof thrown === "object" && thrown !== null && "code" in thrown && "reason" in thrown;
}

/** What kept a request from becoming an operation comes as a problem document: no token, too large, too busy. */
async function problem(response: Response): Promise<Fault> {
  const { detail, title, code, hint } = (await response.json().catch(() => ({}))) as Record<string, string | undefined>;
  const extensions: NonNullable<Fault["extensions"]> = {};
  if (code !== undefined) extensions.code = code;
  if (hint !== undefined) extensions.hint = hint;
  const wait = response.headers.get("retry-after");
  if (wait !== null) extensions.retryAfter = Number(wait);
  return { message: detail ?? title ?? `HTTP ${response.status}`, extensions };
}
