import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Deployment, type IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import {
  HorizontalPodAutoscaler,
  type IHorizontalPodAutoscaler,
} from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { type INetworkPolicy, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import {
  type IPodDisruptionBudget,
  PodDisruptionBudget,
} from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { type IService, Service } from 'kubernetes-models/v1/Service';
import { parse } from 'yaml';

const folder = new URL('../../deploy/kubernetes/', import.meta.url);

/** The manifests, each checked against the schema of its kind. */
export interface Manifests {
  readonly deployment: IDeployment;
  readonly service: IService;
  readonly disruptionBudget: IPodDisruptionBudget;
  readonly autoscaler: IHorizontalPodAutoscaler;
  readonly networkPolicy: INetworkPolicy;
}

/**
 * Reads `deploy/kubernetes`.
 *
 * @throws {Error} one of them does not fit its schema, or is of another kind than its name says.
 */
export function readManifests(): Manifests {
  return {
    deployment: checked(new Deployment(read('deployment.yaml'))),
    service: checked(new Service(read('service.yaml'))),
    disruptionBudget: checked(new PodDisruptionBudget(read('disruption-budget.yaml'))),
    autoscaler: checked(new HorizontalPodAutoscaler(read('autoscaler.yaml'))),
    networkPolicy: checked(new NetworkPolicy(read('network-policy.yaml'))),
  };
}

/** The paths of all manifests. */
export function manifestFiles(): string[] {
  return readdirSync(folder).map((name) => fileURLToPath(new URL(name, folder)));
}

function read(name: string): never {
  return parse(readFileSync(new URL(name, folder), 'utf8')) as never;
}

function checked<T extends { validate(): void }>(model: T): T {
  model.validate();
  return model;
}
