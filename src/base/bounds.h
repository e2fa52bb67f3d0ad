#ifndef BASE_BOUNDS_H
#define BASE_BOUNDS_H

/*
 * Every limit of the program, with its reason. Exceeding one is an error (ERR_LIMIT) that names
 * the bound; nothing is ever cut short silently, but text in messages.
 */

/* Services on one command line; CONNECTIONS_MAX of them are fetched at a time. */
#define SERVICES_MAX 32
/* A service's name after placeholders: SSM paths have at most 2048 bytes (GetParametersByPath). */
#define SERVICE_NAME_MAX 1024
/* A secret's name as a service (Secrets Manager, CreateSecret). */
#define SECRET_NAME_MAX 512
/* The longest name of a variable in a placeholder. */
#define VARIABLE_NAME_MAX 255
/* A label: 100 bytes (SSM LabelParameterVersion). */
#define LABEL_MAX 100

/* Connections to one host: a handshake costs more than a request on a connection that is there. */
#define CONNECTIONS_MAX 8
/* All calls that move together: the credentials', those for services and groups of references. */
#define CALLS_MAX (1 + CONNECTIONS_MAX + REFERENCE_GROUPS_MAX)

/* Variables whose value is a reference; more than any environment that a person wrote. */
#define REFERENCES_MAX 512
/* The names that references ask for, all together. */
#define REFERENCE_BYTES_MAX (256 * 1024)
/* Pairs of a service and a region that references are asked of. */
#define REFERENCE_GROUPS_MAX 8

/* Names given to --keep, and to --unset: more than anyone writes by hand. */
#define NAMES_MAX 64

/* A response's status line and header fields. */
#define HTTP_HEAD_MAX (16 * 1024)
/* A response's body: ten values of 8 KiB, each byte as a six byte escape, are half of it. */
#define HTTP_BODY_MAX (1024 * 1024)
/* A request: a session token has no stated maximum, a web identity token has 20,000 bytes. */
#define HTTP_REQUEST_MAX (64 * 1024)
/* Its body: 8 KiB of NextToken, each byte escaped, are the longest. */
#define REQUEST_BODY_MAX (HTTP_REQUEST_MAX / 2)
/* Its Authorization and the canonical request for it, the session token aside. */
#define AUTHORIZATION_MAX 3072
/* CONNECT to a proxy. */
#define HTTP_CONNECT_MAX 2048
/* User and password for it, in base64. */
#define PROXY_AUTH_MAX (2 * URL_MAX)
/* AWS_SDK_UA_APP_ID, by the rule of the SDKs, and the User-Agent that it is part of. */
#define APP_ID_MAX 50
#define USER_AGENT_MAX 512
/* What is kept of why an attempt failed, for a deadline that passes before the next one. */
#define CALL_FAILURE_MAX 512
/* A URL that we are given or make. */
#define URL_MAX 2048
/* A host name: 253 bytes by RFC 1035 section 2.3.4 and a NUL. */
#define HOST_MAX 254

/* Deepest nesting of JSON; responses of AWS have four levels. */
#define JSON_DEPTH_MAX 32
/* Values and names in one JSON text: a file of 12,000 parameters has 240,000. */
#define JSON_TOKENS_MAX (256 * 1024)

/* Credentials: AWS says to assume no size for a session token. */
#define CREDENTIALS_MAX (32 * 1024)
/* The body of a response with credentials, the token files. */
#define TOKEN_FILE_MAX (32 * 1024)

/* The form for STS without the token, of which each byte may be encoded. */
#define STS_FORM_MAX 4096
/* A role of an instance: 64 characters (IAM User Guide), and its path. */
#define ROLE_NAME_MAX 256
/* The namespace file holds one DNS label, of 63 bytes. */
#define NAMESPACE_MAX 256
/* What is kept of the ECS task metadata: an ARN of 2,048 bytes and three names. */
#define ECS_NAMES_MAX (8 * 1024)
/* Longest NextToken that is sent back; AWS's have a few hundred bytes. */
#define PAGE_TOKEN_MAX (8 * 1024)
/* Pages of one service: 10,240 parameters, the account's limit of standard ones. */
#define PAGES_MAX 1024
/* The file of --backend file:PATH; as much as names and values may have, and their JSON. */
#define PARAM_FILE_MAX (16 * 1024 * 1024)
/* Parameters of all services together; the kernel takes no environment near it. */
#define PARAMS_MAX 16384
/* Names and values of all parameters: what the kernel takes as arguments and environment at most
 * (three quarters of 8 MiB, execve(2)), and room for names that are then mapped away. */
#define PARAM_BYTES_MAX (8 * 1024 * 1024)

/* The block handed to the launcher; the kernel's own bound for arguments and environment. */
#define BLOCK_MAX (6 * 1024 * 1024)
/* What `check` writes instead: two names of each parameter, and what happens to the variable. */
#define REPORT_MAX (2 * PARAM_BYTES_MAX + PARAMS_MAX * 128)
/* How much the fetcher's address space may grow once it is confined: its stack, which needs a tenth
 * of this, and the 128 KiB that the kernel maps below a stack's end at the start. */
#define FETCHER_GROWTH_MAX (1024 * 1024)
/* Variables of the command, inherited and loaded. */
#define ENVIRON_MAX 32768
/* "LISTEN_PID=" and the longest number of a process. */
#define LISTEN_PID_MAX 32
/* One variable, "NAME=value" and its NUL: MAX_ARG_STRLEN of the kernel (32 pages of 4 KiB). */
#define ENV_STRING_MAX (128 * 1024)

/* Certificates in a bundle: distributions ship about 150. */
#define TRUST_ANCHORS_MAX 512
/* A bundle of 512 certificates. */
#define TRUST_FILE_MAX (2 * 1024 * 1024)

/* Certificates that a server sends: a leaf, two or three intermediates, a root, unrelated ones. */
#define CHAIN_CERTIFICATES_MAX 16
/* Their bytes together: each has one to two KiB. */
#define CHAIN_BYTES_MAX (64 * 1024)
/* Bytes of a request that go out before the server's Finished: those without a long token. */
#define EARLY_MAX (8 * 1024)
/* Lists of blocked names, the largest hosts files in use, have six megabytes. */
#define HOSTS_FILE_MAX (8 * 1024 * 1024)
/* resolv.conf: three servers, a few options and six search domains; a page of comments is usual. */
#define RESOLV_CONF_MAX (64 * 1024)
/* Addresses of one host that are tried. */
#define ADDRESSES_MAX 8

/* The help of a command; exec's has 4 KiB. */
#define HELP_TEXT_MAX 8192

/* One line on stderr, one write(2). */
#define LOG_LINE_MAX 3840
/* Its message: printable ASCII, so JSON at most doubles it (backslashes and quotes). */
#define LOG_MESSAGE_MAX 1536
/* Text of a peer in a message. */
#define QUOTE_MAX 200
/* The message of an AWS error, 275 to 435 bytes for a denial with its reason; a checked name. */
#define QUOTE_LONG_MAX 1024

/* Secrets that are looked for in messages: every value, credentials and tokens, and what retried
 * pages held. */
#define SECRETS_MAX (PARAMS_MAX + 1024)
/* Copies of secrets of responses that were rejected: ten pages of the largest parameters. */
#define SECRET_PAST_MAX (1024 * 1024)
/* How much of a text is searched for them; at most 1,024 bytes of it are printed. */
#define SECRET_LOOK_MAX (64 * 1024)

#endif
