/** What is under way, by ticket. Not in a `Map`: one that is always churned leaves its outgrown tables behind, and these keep alive what they held
 *  until the next full collection, which made most of the collector's work. */

/** Far more than a queue lets through at once. */
const PLACES_MAX = 2 ** 20;
/** A place is used so often before a ticket comes again; all of it fits into a positive Int32. */
const TURNS = 2 ** 10;

export class Tickets<T> {
  size = 0;
  private readonly items: (T | undefined)[] = [];
  private readonly given: number[] = [];
  private readonly free: number[] = [];
  private turn = 0;

  put(item: T): number {
    const place = this.free.pop() ?? this.items.length;
    if (place >= PLACES_MAX) throw new RangeError(`more than ${PLACES_MAX} commands at once`);
    this.turn = (this.turn + 1) % TURNS;
    const ticket = this.turn * PLACES_MAX + place;
    this.items[place] = item;
    this.given[place] = ticket;
    this.size++;
    return ticket;
  }

  has(ticket: number): boolean {
    const place = ticket % PLACES_MAX;
    return this.given[place] === ticket && this.items[place] !== undefined;
  }

  /** Undefined where the ticket is not in use any more. */
  take(ticket: number): T | undefined {
    if (!this.has(ticket)) return undefined;
    const place = ticket % PLACES_MAX;
    const item = this.items[place];
    this.items[place] = undefined;
    this.free.push(place);
    this.size--;
    return item;
  }

  /** All that is under way, in no order. */
  takeAll(): T[] {
    const all = this.items.filter((item) => item !== undefined);
    this.items.length = 0;
    this.free.length = 0;
    this.size = 0;
    return all;
  }
}
