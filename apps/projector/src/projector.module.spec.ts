import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { expect, it } from 'vitest';
import { createLiveBus, createMemoryEventLog } from '#adapters/memory';
import { EventLog, LiveBus, SeriesGenerations, ViewStore } from '#ports';
import { ProjectorLifecycle, ProjectorModule } from './projector.module.js';
import { append, inDevice } from './testing/events.js';
import { FakeSeriesGenerations, FakeSeriesStore } from './testing/fake-series-store.js';
import { rowsOf, temporaryViews } from './testing/views.js';

it('projects from start to stop over the ports that the platform provides', async () => {
  const log = createMemoryEventLog();
  const place = await temporaryViews();
  const quiet = (): void => undefined;

  const ports = [
    { provide: EventLog, useValue: log },
    { provide: ViewStore, useValue: place.views },
    { provide: SeriesGenerations, useValue: new FakeSeriesGenerations(new FakeSeriesStore()) },
    { provide: LiveBus, useValue: createLiveBus() },
  ];
  class FakePlatform {}
  Module({ providers: ports, exports: [EventLog, ViewStore, SeriesGenerations, LiveBus] })(FakePlatform);
  const app = await NestFactory.createApplicationContext(
    ProjectorModule.register(FakePlatform, { logger: { info: quiet, warn: quiet, error: quiet }, parts: 3 }),
    { logger: false },
  );
  await app.init();

  await append(log, [inDevice('a1.d1', 'DeviceRegistered', { accountId: 'a1', deviceId: 'd1', name: 'Roof', tags: {} })]);
  const lifecycle = app.get(ProjectorLifecycle);
  while ((await lifecycle.figures()).every(({ position }) => position < 1)) await new Promise((resolve) => setImmediate(resolve));
  await app.close();
  await append(log, [inDevice('a1.d2', 'DeviceRegistered', { accountId: 'a1', deviceId: 'd2', name: 'Cellar', tags: {} })]);
  await new Promise((resolve) => setImmediate(resolve));
  expect((await rowsOf(place.views, 'devices')).map((row) => row.device_id)).toEqual(['d1']);
  await log.close();
  await place.remove();
});
