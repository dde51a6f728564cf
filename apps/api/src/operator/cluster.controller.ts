/** What takes commands in: shard threads and queues of every ingestor that is alive. */
import { Controller, Get, Inject } from '@nestjs/common';
import type { ListView, QueueView, ShardView } from '#contracts';
import { Needing } from '../admission/admission.guard.js';
import { Says } from '../doors/rest/openapi/says.js';
import { ClusterFigures } from './cluster-figures.js';

@Controller('api/v1')
export class ClusterController {
  constructor(@Inject(ClusterFigures) private readonly cluster: ClusterFigures) {}

  @Get('shards')
  @Needing('operate', 'account')
  @Says({ summary: 'The shard threads: what they hold and decide', tag: 'Operation', ok: [200, 'ShardList'] })
  listShards(): ListView<ShardView> {
    return { items: this.cluster.shards() };
  }

  @Get('queues')
  @Needing('operate', 'account')
  @Says({ summary: 'What waits to be decided, by ingestor', tag: 'Operation', ok: [200, 'QueueList'] })
  listQueues(): ListView<QueueView> {
    return { items: this.cluster.queues() };
  }
}
