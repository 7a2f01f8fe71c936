import {
  CompiledQuery,
  type KyselyPlugin,
  type QueryExecutor,
  type QueryId,
  type QueryResult,
  type Transaction,
} from "kysely";
import type { Database, NoTables } from "../../src/store/database.ts";

/** One statement as the code sent it, with what the database answered. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly answer: unknown;
}

/** The same database, writing down every statement that passes through it. */
export function recordedDatabase(database: Database): { database: Database; statements: readonly Statement[] } {
  const statements: Statement[] = [];
  const reader = database.reader.withPlugin(asItIs);
  recordExecutor(reader.getExecutor(), statements);
  const plugin = recordingPlugin(database, statements);
  return {
    statements,
    database: {
      ...database,
      reader,
      transaction: (work) => database.transaction((tx: Transaction<NoTables>) => work(tx.withPlugin(plugin))),
    },
  };
}

/** Changes nothing, but whatever takes a plugin comes with an executor of its own. */
const asItIs: KyselyPlugin = {
  transformQuery: ({ node }) => node,
  transformResult: ({ result }) => Promise.resolve(result),
};

/** Writes down what goes out outside transactions: statements compiled beforehand too, which no plugin sees. */
function recordExecutor(executor: QueryExecutor, statements: Statement[]): void {
  const execute = executor.executeQuery.bind(executor);
  executor.executeQuery = async <R>(query: CompiledQuery<R>): Promise<QueryResult<R>> => {
    // In the order in which they go out, whichever is answered first.
    const statement: { -readonly [Part in keyof Statement]: Statement[Part] } = {
      sql: query.sql,
      parameters: query.parameters,
      answer: undefined,
    };
    statements.push(statement);
    const result = await execute(query);
    statement.answer = answerOf(result);
    return result;
  };
}

/** Writes down what goes out in a transaction, whose executors Kysely makes anew all the time. */
function recordingPlugin(database: Database, statements: Statement[]): KyselyPlugin {
  const open = new WeakMap<QueryId, { sql: string; parameters: readonly unknown[] }>();
  return {
    transformQuery: ({ node, queryId }) => {
      const { sql, parameters } = database.reader.getExecutor().compileQuery(node, queryId);
      open.set(queryId, { sql, parameters });
      return node;
    },
    transformResult: ({ queryId, result }) => {
      const statement = open.get(queryId);
      if (statement !== undefined) statements.push({ ...statement, answer: answerOf(result) });
      return Promise.resolve(result);
    },
  };
}

/** Sends a statement again and returns what the database answers now. */
export async function replay(database: Database, { sql, parameters }: Statement): Promise<unknown> {
  return answerOf(await database.transaction((tx) => tx.executeQuery(CompiledQuery.raw(sql, [...parameters]))));
}

function answerOf({
  rows,
  numAffectedRows,
}: {
  rows: readonly unknown[];
  numAffectedRows?: bigint | undefined;
}): unknown {
  return rows.length === 0 && numAffectedRows !== undefined ? { affected: Number(numAffectedRows) } : { rows };
}

const times = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/** Statements as text: for each a line of parameters, a line with the answer, and the SQL. */
export function formatStatements(statements: readonly Statement[], heading: readonly string[]): string {
  const blocks = statements.map(({ sql, parameters, answer }) =>
    [`-- parameters: ${encode(parameters)}`, `-- answer: ${encode(answer)}`, `${sql};`].join("\n"),
  );
  const text = [heading.map((line) => `-- ${line}`).join("\n"), ...blocks].join("\n\n");
  return `${text.replaceAll(times, "2026-01-01T00:00:00.000Z")}\n`;
}

export function parseStatements(text: string): Statement[] {
  const pattern = /^-- parameters: (.*)\n-- answer: (.*)\n((?:.|\n)*?);\n/gm;
  return [...text.matchAll(pattern)].map(([, parameters = "[]", answer = "null", sql = ""]) => {
    const values = decode(parameters);
    return { sql, parameters: Array.isArray(values) ? values : [], answer: decode(answer) };
  });
}

function encode(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => (isBytes(each) ? { base64: bytesOf(each) } : each));
}

function decode(text: string): unknown {
  return JSON.parse(text, (_key, each: unknown) => {
    if (typeof each !== "object" || each === null || !("base64" in each)) return each;
    return Uint8Array.from(Buffer.from(String(each.base64), "base64"));
  });
}

/** An answer as it is written down, so that bytes compare as bytes whatever class holds them. */
export function normalised(answer: unknown): unknown {
  return JSON.parse(encode(answer));
}

/** Bytes, or what a Buffer has become by the time JSON asks: it is converted first. */
function isBytes(value: unknown): value is Uint8Array | { readonly type: "Buffer"; readonly data: readonly number[] } {
  if (value instanceof Uint8Array) return true;
  return typeof value === "object" && value !== null && "type" in value && value.type === "Buffer" && "data" in value;
}

function bytesOf(value: Uint8Array | { readonly data: readonly number[] }): string {
  return Buffer.from(value instanceof Uint8Array ? value : value.data).toString("base64");
}
