// Holds the write lock of a SQLite file until its standard input ends. Prints "locked" once it has it.
//   argv: dialect, location
import { DatabaseSync } from "node:sqlite";
import { placeFromArguments } from "./adapter-of.ts";

const connection = new DatabaseSync(placeFromArguments().location);
connection.exec("BEGIN IMMEDIATE");
process.stdout.write("locked\n");
process.stdin.resume();
process.stdin.on("end", () => {
  connection.exec("COMMIT");
  connection.close();
});
