variable "name" {
  description = "The service. The role has this name, and /NAME/ is where its parameters are."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9_.-]+(/[a-z0-9_.-]+)*$", var.name))
    error_message = "A service is lower-case letters, digits, and _ . - in parts between single slashes."
  }
}

variable "secret_label" {
  description = "The path of the parameters where it is not the service's name, without slashes at its ends."
  type        = string
  default     = null
}

variable "more_services" {
  description = "Further paths that the service may read, for example those shared by several services."
  type        = list(string)
  default     = []
}

variable "kms_key_alias" {
  description = "The alias of the key that encrypts the parameters."
  type        = string
  default     = "alias/parameter_store_key"
}

variable "kms_key_arn" {
  description = "The key itself, where it has no alias or belongs to another account."
  type        = string
  default     = null
}

variable "runs_on" {
  description = "Who may take the role: ecs, pod-identity or irsa."
  type        = string
  default     = "ecs"

  validation {
    condition     = contains(["ecs", "pod-identity", "irsa"], var.runs_on)
    error_message = "runs_on must be ecs, pod-identity or irsa."
  }
}

variable "cluster_name" {
  description = "pod-identity: the EKS cluster."
  type        = string
  default     = null
}

variable "oidc_provider_arn" {
  description = "irsa: the cluster's OIDC provider in IAM."
  type        = string
  default     = null
}

variable "namespace" {
  description = "pod-identity and irsa: the namespace of the service account."
  type        = string
  default     = null
}

variable "service_account" {
  description = "pod-identity and irsa: the service account. The default is the service's name."
  type        = string
  default     = null
}

variable "permissions_boundary" {
  description = "The ARN of a policy that bounds the role. docker/iam/boundary.json needs the tag service in tags."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of the role."
  type        = map(string)
  default     = {}
}
