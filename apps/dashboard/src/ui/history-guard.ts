/** The one of this page, made with its first part. */
import { HistoryGuard } from './hold-history.js';

export const historyGuard = new HistoryGuard(window);
