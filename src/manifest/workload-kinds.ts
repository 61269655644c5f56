// Kinds of workloads whose Pods a patch gives their files.

export const WORKLOAD_KINDS = ['deployment', 'statefulset', 'daemonset', 'job', 'cronjob'] as const;

export type WorkloadKind = (typeof WORKLOAD_KINDS)[number];

const APPS = 'apps/v1';
const BATCH = 'batch/v1';

/** As Kubernetes names them. */
export const WORKLOADS: Readonly<
  Record<WorkloadKind, { readonly apiVersion: string; readonly kind: string }>
> = {
  deployment: { apiVersion: APPS, kind: 'Deployment' },
  statefulset: { apiVersion: APPS, kind: 'StatefulSet' },
  daemonset: { apiVersion: APPS, kind: 'DaemonSet' },
  job: { apiVersion: BATCH, kind: 'Job' },
  cronjob: { apiVersion: BATCH, kind: 'CronJob' },
};
