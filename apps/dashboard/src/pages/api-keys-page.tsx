/** The account's API keys: what each may do, and the way to end it. */
import type { ApiKeyView } from '#contracts';
import { Button, Group, Modal } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { revokeKey } from '../api/actions.js';
import { serverNow } from '../api/http.js';
import { useApiKeys } from '../api/queries.js';
import { NewKeyDialog } from '../keys/new-key-dialog.js';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { More } from '../ui/more.js';
import { PageHead } from '../ui/page-head.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import { TableFrame } from '../ui/table-frame.js';
import ui from '../ui/ui.module.css';

export default function ApiKeysPage() {
  const keys = useApiKeys();
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKeyView>();
  const items = keys.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHead
        title="API keys"
        actions={
          <Button leftSection={<IconPlus size={17} />} onClick={() => setCreating(true)}>
            Create a key
          </Button>
        }
      >
        <p>What devices and scripts sign in with. A key is shown once, when it is made; only its hash is kept.</p>
      </PageHead>
      {keys.isPending && <PageLoading />}
      {keys.error && <ProblemNote error={keys.error} retry={() => void keys.refetch()} />}
      {keys.data &&
        (items.length === 0 ? (
          <p className={ui.empty}>No keys. Create one to post readings with.</p>
        ) : (
          <KeyTable items={items} revoke={setRevoking} />
        ))}
      {keys.data && items.length > 0 && <More paged={keys} shown={items.length} what="key" />}
      {creating && <NewKeyDialog close={() => setCreating(false)} />}
      {revoking && <RevokeDialog item={revoking} close={() => setRevoking(undefined)} />}
    </>
  );
}

function KeyTable({ items, revoke }: { items: ApiKeyView[]; revoke: (item: ApiKeyView) => void }) {
  const { zone } = useZone();
  return (
    <TableFrame label="API keys">
      <table className={`${ui.table} ${ui.cards}`}>
        <thead>
          <tr>
            {['Name', 'May', 'Devices', 'Made', 'Expires'].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
            <th scope="col">
              <span className="sr-only">Revoke</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.keyId} data-key={item.keyId}>
              <td data-title="Name">
                <div>
                  <b>{item.name}</b>
                  <div className="mono" style={{ color: 'var(--ink-3)', fontSize: '0.78rem' }}>
                    {item.keyId}
                  </div>
                </div>
              </td>
              <td data-title="May">
                <Group gap={5}>
                  {item.scopes.map((scope) => (
                    <span key={scope} className={ui.tag}>
                      {scope}
                    </span>
                  ))}
                </Group>
              </td>
              <td data-title="Devices">
                <div>
                  {item.deviceIds
                    ? item.deviceIds.map((deviceId) => (
                        <div key={deviceId} className="mono">
                          {deviceId}
                        </div>
                      ))
                    : 'all'}
                </div>
              </td>
              <td data-title="Made">{exactTime(Date.parse(item.createdAt), zone).slice(0, 16)}</td>
              <td data-title="Expires">
                <Expiry at={item.expiresAt} zone={zone} />
              </td>
              <td data-title="" className={ui.right}>
                <Button size="compact-sm" variant="subtle" color="red" onClick={() => revoke(item)} aria-label={`Revoke ${item.name}`}>
                  Revoke
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}

function Expiry({ at, zone }: { at?: string; zone: string }) {
  if (!at) return 'never';
  const time = Date.parse(at);
  const text = exactTime(time, zone).slice(0, 16);
  return time <= serverNow() ? <span style={{ color: 'var(--bad)' }}>expired {text}</span> : text;
}

function RevokeDialog({ item, close }: { item: ApiKeyView; close: () => void }) {
  const revoking = useMutation({ mutationFn: () => revokeKey(item.keyId), onSuccess: close });
  return (
    <Modal opened onClose={close} title={`Revoke “${item.name}”`} centered>
      <div style={{ display: 'grid', gap: 16 }}>
        <p>Whatever uses this key is refused from now on, and its open connections are closed. This cannot be undone.</p>
        <ProblemNote error={revoking.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            Keep it
          </Button>
          <Button color="red" loading={revoking.isPending} onClick={() => revoking.mutate()}>
            Revoke the key
          </Button>
        </Group>
      </div>
    </Modal>
  );
}
