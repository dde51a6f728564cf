/** PostgreSQL as the view store writes it: text has the order of its bytes, as in SQLite, whatever the order of the database is. */
import { PostgresDialect, PostgresQueryCompiler, type ColumnDefinitionNode, type DataTypeNode, type QueryCompiler } from 'kysely';

export class ViewDialect extends PostgresDialect {
  override createQueryCompiler(): QueryCompiler {
    return new BytewiseTextCompiler();
  }
}

/** Every text column of every migration, so that none can be forgotten. */
class BytewiseTextCompiler extends PostgresQueryCompiler {
  private inColumn = false;

  protected override visitColumnDefinition(node: ColumnDefinitionNode): void {
    this.inColumn = true;
    super.visitColumnDefinition(node);
    this.inColumn = false;
  }

  protected override visitDataType(node: DataTypeNode): void {
    super.visitDataType(node);
    if (this.inColumn && node.dataType === 'text') this.append(' collate "C"');
  }
}
