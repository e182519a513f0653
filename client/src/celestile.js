// Entry: builds the page and starts the application.
import { Api } from './api.js';
import { App } from './app/app.js';
import { PixelMap } from './layer/PixelMap.js';
import { Messages } from './ui/messages.js';
import { createPage } from './page.js';

const messages = new Messages();
const page = createPage(messages);
const app = new App(new Api(new URL('.', document.baseURI).href), new PixelMap(page.map), messages);
page.fill(app);
app.start();
