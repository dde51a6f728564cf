/** The tables of a generation that is not live: the same queries, under other names. */
import { OperationNodeTransformer, TableNode, type KyselyPlugin, type PluginTransformResultArgs, type QueryResult } from 'kysely';
import type { PluginTransformQueryArgs, RootOperationNode, UnknownRow } from 'kysely';
import type { ViewTransaction } from '#ports';

export const tableOf = (table: string, generation: number): string => `${table}_g${generation}`;

/** For `tx.withPlugin`: queries of these tables go to those of the generation. */
export class TableNames implements KyselyPlugin {
  private readonly transformer: TableTransformer;

  constructor(
    readonly tables: readonly string[],
    readonly generation: number,
  ) {
    this.transformer = new TableTransformer(new Map(tables.map((table) => [table, tableOf(table, generation)])));
  }

  transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
    return this.transformer.transformNode(node, queryId);
  }

  async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    return result;
  }
}

/** Tells apart what is otherwise the same query: empty for the live generation. */
export function namesIn(tx: ViewTransaction): string {
  const plugin = tx.getExecutor().plugins.find((one) => one instanceof TableNames);
  return plugin ? `g${plugin.generation}` : '';
}

class TableTransformer extends OperationNodeTransformer {
  constructor(private readonly names: ReadonlyMap<string, string>) {
    super();
  }

  protected override transformTable(node: TableNode): TableNode {
    const { schema, identifier } = node.table;
    const name = schema ? undefined : this.names.get(identifier.name);
    return name === undefined ? node : TableNode.create(name);
  }
}
