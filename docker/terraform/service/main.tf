# One role for one service. It reads the parameters below the service's path, and nothing else.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

data "aws_kms_alias" "parameters" {
  count = var.kms_key_arn == null ? 1 : 0
  name  = var.kms_key_alias
}

locals {
  paths   = distinct(concat([coalesce(var.secret_label, var.name)], var.more_services))
  account = data.aws_caller_identity.current.account_id
  region  = data.aws_region.current.name
  prefix  = "arn:${data.aws_partition.current.partition}:ssm:${local.region}:${local.account}:parameter"
  key     = var.kms_key_arn != null ? var.kms_key_arn : data.aws_kms_alias.parameters[0].target_key_arn

  role_name       = replace(var.name, "/", "-")
  service_account = coalesce(var.service_account, local.role_name)
  oidc_issuer     = var.oidc_provider_arn == null ? "" : split("oidc-provider/", var.oidc_provider_arn)[1]
}

data "aws_iam_policy_document" "read" {
  # GetParametersByPath is judged by the path as it is asked for and by what is below it.
  statement {
    sid       = "ReadParameters"
    actions   = ["ssm:GetParametersByPath"]
    resources = flatten([for path in local.paths : ["${local.prefix}/${path}", "${local.prefix}/${path}/*"]])
  }

  statement {
    sid       = "DecryptParameters"
    actions   = ["kms:Decrypt"]
    resources = [local.key]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["ssm.${local.region}.amazonaws.com"]
    }

    # Parameter Store puts the parameter's ARN into the encryption context.
    condition {
      test     = "StringLike"
      variable = "kms:EncryptionContext:PARAMETER_ARN"
      values   = [for path in local.paths : "${local.prefix}/${path}/*"]
    }
  }
}

data "aws_iam_policy_document" "trust" {
  dynamic "statement" {
    for_each = var.runs_on == "ecs" ? [1] : []

    content {
      actions = ["sts:AssumeRole"]

      principals {
        type        = "Service"
        identifiers = ["ecs-tasks.amazonaws.com"]
      }

      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [local.account]
      }
    }
  }

  dynamic "statement" {
    for_each = var.runs_on == "pod-identity" ? [1] : []

    content {
      actions = ["sts:AssumeRole", "sts:TagSession"]

      principals {
        type        = "Service"
        identifiers = ["pods.eks.amazonaws.com"]
      }
    }
  }

  dynamic "statement" {
    for_each = var.runs_on == "irsa" ? [1] : []

    content {
      actions = ["sts:AssumeRoleWithWebIdentity"]

      principals {
        type        = "Federated"
        identifiers = [var.oidc_provider_arn]
      }

      condition {
        test     = "StringEquals"
        variable = "${local.oidc_issuer}:sub"
        values   = ["system:serviceaccount:${var.namespace}:${local.service_account}"]
      }

      condition {
        test     = "StringEquals"
        variable = "${local.oidc_issuer}:aud"
        values   = ["sts.amazonaws.com"]
      }
    }
  }
}

resource "aws_iam_role" "service" {
  name                 = local.role_name
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags
}

resource "aws_iam_role_policy" "read" {
  name   = "read-parameters"
  role   = aws_iam_role.service.id
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_eks_pod_identity_association" "service" {
  count = var.runs_on == "pod-identity" ? 1 : 0

  cluster_name    = var.cluster_name
  namespace       = var.namespace
  service_account = local.service_account
  role_arn        = aws_iam_role.service.arn
}
