/** The writer's thread, by itself. */
import { serveWriter } from './serve-writer.js';

serveWriter();
