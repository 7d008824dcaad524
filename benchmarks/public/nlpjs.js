// Trains nlp.js on [text, label] pairs, or answers one JSON text a line with [label, score].
const fs = require("fs");
const path = require("path");
const readline = require("readline");
const { NlpManager } = require("node-nlp");

const [task, folder] = process.argv.slice(2);
const model = path.join(folder, "model.nlp");
const manager = new NlpManager({ languages: ["en"], forceNER: false, autoSave: false, nlu: { log: false } });

async function learn() {
  for (const [text, label] of JSON.parse(fs.readFileSync(path.join(folder, "train.json"), "utf8"))) {
    manager.addDocument("en", text, label);
  }
  await manager.train();
  manager.save(model);
}

async function answer() {
  manager.load(model);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const found = await manager.process("en", JSON.parse(line));
    process.stdout.write(JSON.stringify([found.intent, found.intent === "None" ? 0 : found.score]) + "\n");
  }
}

(task === "learn" ? learn() : answer()).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
