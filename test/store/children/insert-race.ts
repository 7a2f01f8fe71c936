// Inserts the same 100 keys as its siblings, all at once, and prints how many of them went in here.
//   argv: dialect, location, own name
import { silentLogger } from "../../../src/telemetry/silent.ts";
import { notesOf, raceKeys } from "../notes.ts";
import { adapterOf, placeFromArguments } from "./adapter-of.ts";

const name = process.argv[4] ?? "";
const database = await adapterOf(placeFromArguments()).open(silentLogger);
const won = await Promise.all(raceKeys.map((key) => notesOf(database).add(key, name)));
await database.close();
console.log(won.filter(Boolean).length);
