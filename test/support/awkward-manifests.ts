/** Manifests that an editor damages easily: each has a container named app with a command. */

/** A Deployment with these lines in the spec of its pods. */
export const deployment = (lines: string, more = '') => `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
${lines.replaceAll(/^(?=.)/gm, '      ')}${more}`;

/** The container that is changed; the tests use its name. */
export const APP = 'containers:\n- name: app\n  image: shop:1\n  command: [python3, app.py]\n';

export const MANIFESTS: Readonly<Record<string, string>> = {
  'lists behind anchors that other containers share': deployment(`initContainers:
- name: migrate
  image: shop:1
  command: [python3, migrate.py]
  env: &env
  - {name: DB, value: postgres}
  volumeMounts: &mounts
  - {name: data, mountPath: /data}
containers:
- name: app
  image: shop:1
  command: &cmd [python3, app.py]
  env: *env
  volumeMounts: *mounts
- name: sidecar
  image: other:1
  command: *cmd
volumes:
- name: data
  persistentVolumeClaim: {claimName: shop}
`),
  'a whole container that others are merged from': deployment(`containers:
- &app
  name: app
  image: shop:1
  command: &c [python3, app.py]
  env: &e [{name: X, value: "1"}]
  resources: {limits: {cpu: 2}}
- <<: *app
  name: second
- <<: [{image: other}, *app]
  name: third
  command: *c
  env: *e
`),
  'a container merged from others': `x-base: &base
  command: [python3, app.py]
  env: [{name: DB, value: x}]
  securityContext: &sc {runAsUser: 0777, seLinuxOptions: {user: "1000"}}
${deployment('containers:\n- <<: *base\n  name: app\n  image: a\n- <<: *base\n  name: other\n  image: b\n')}`,
  'pods that share one spec, and a whole list of aliases': `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Pod
  metadata: {name: a}
  spec: &spec
    containers:
    - &c {name: app, command: [a], volumeMounts: [{name: v, mountPath: /v}]}
    - {name: side, command: [b]}
    volumes: &v [{name: v, emptyDir: {}}]
- apiVersion: v1
  kind: Pod
  metadata: {name: b}
  spec: *spec
- apiVersion: v1
  kind: Pod
  metadata: {name: c}
  spec: {volumes: *v, containers: [*c]}
- kind: ConfigMap
  apiVersion: v1
  data: {spec: x}
`,
  'anchors on words, and redefined ones': deployment(`containers:
- name: first
  command: &x [&w python3, first.py]
- name: app
  command: &x [*w, app.py]
- name: last
  command: *x
`),
  'values that only look like numbers and truth values': deployment(
    `${APP}  env:
  - {name: A1, value: "0777"}
  - {name: B, value: 'yes'}
  - {name: C, value: "1e3"}
  - {name: D, value: "null"}
  - {name: E, value: ""}
  - {name: "y", value: "12:30:45"}
  terminationGracePeriodSeconds: 1_000
  x: [yes, no, on, off, 0o17, 0x1F, 1.10, .5, 12345678901234567890, 1e400, ~, null, 2001-12-14, 190:20:30]
  empty:
volumes:
- name: s
  secret: {secretName: s, defaultMode: 0644, items: [{key: a, path: b, mode: 0400}]}
`,
  ),
  'long and folded texts, blocks with every ending, escapes': deployment(`${APP}  args:
  - "${'a long argument '.repeat(40)}"
  - "folded in
    quotes\\tand \\u2028 \\x41 \\
      joined"
  - 'single ''quotes''
    over lines'
  - plain text
    over lines
  - >-
    folded block
    over lines

    and a paragraph
  - >+
    kept

  - |
    #!/bin/sh
    echo "# no comment"  
      indented
    --- not a document
  - |-
    stripped
  - |2
      indented by two
  - >3
      folded, indented
     here
  - "emoji \\U0001F600 😀"
`),
  'comments everywhere': `# before all
---   # on the marker
# the deployment
${deployment(`# before the key
containers:   # after the key
# before the item
- name: app   # the name
  # between
  image: shop:1

  # before the command
  command:    # after the command
  # before the word
  - python3   # after the word
  - app.py
  # after the words
  env:        # none yet
  - name: A1  # a
    value: b  # c
- name: side  # another
  image: b    # pinned
# at the end
`)}# at the very end
`,
  'explicit keys, tags, a directive and document ends': `%YAML 1.1
---
${deployment(`${APP}? restartPolicy
: Always
x: !!str 12
y: !!binary aGVsbG8=
`)}...
# between
---
kind: ConfigMap
data: {on: off, k:   v}
...
`,
  'duplicate names in other lists': deployment(`ephemeralContainers:
- {name: app, command: [debug]}
initContainers:
- {name: app, command: [init]}
${APP}`).replaceAll('name: app, command', 'name: "app", image: x, args'),
  'tabs where they are allowed': deployment(
    `containers:\n- name:\tapp\t# tab\n  command:\t[python3,\tapp.py]\n  image:\t"a\tb"\n`,
  ),
  'lists that are not indented, and deep ones': deployment(
    'containers:\n  -   name: app\n      image: x\n      command:\n          - python3\n          - app.py\n  -   name: side\n      image: y\n',
  ),
  'a flow document over lines': `{apiVersion: v1, kind: Pod, # comment
  metadata: {name: x, labels: {"on": "1", 'a': b}},
  spec: {containers: [
    {name: app, command: [python3, "app.py"], image: 'x'}, # one
    {name: side},
  ]}}
`,
  'text with braces between quotes': deployment(
    `${APP}  args: ["--template={{ .Name }}", '{{ x }}']\n  workingDir: |-\n    {{ y }}\n`,
  ),
  'a CronJob and other kinds': `apiVersion: batch/v1
kind: CronJob
metadata: {name: n}
spec:
  schedule: "*/5 * * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: app, command: [a]}]}}}}
---
apiVersion: v1
kind: Service
items: [1, 2]
`,
};
