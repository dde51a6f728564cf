/** How a full disk is told. Apart from the writer, whose thread loads nothing but what it writes with. */
import { LogFullError } from '#ports';

export const noRoom = (): LogFullError => new LogFullError('there is no room left on the disk of the log');
