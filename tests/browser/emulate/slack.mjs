// Slack's OAuth pages and Web API on loopback; says its address when it is there.
import { createEmulator } from "emulate";

const [port, redirect, clientId, clientSecret] = process.argv.slice(2);
const app = { name: "Small Steps", client_id: clientId, client_secret: clientSecret, redirect_uris: [redirect] };
const users = [{ name: "ann", real_name: "Ann", email: "ann@example.nhs.uk" }];
const seed = { slack: { team: { name: "Northern Trust", domain: "northern" }, users, oauth_apps: [app] } };
const emulator = await createEmulator({ service: "slack", port: Number(port), seed });
console.log(emulator.url);
