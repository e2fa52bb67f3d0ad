output "role_arn" {
  description = "ECS: the task definition's taskRoleArn."
  value       = aws_iam_role.service.arn
}

output "role_name" {
  description = "To attach what else the service may do."
  value       = aws_iam_role.service.name
}

output "environment" {
  description = "The container's environment in a task definition: antechamber loads what the role may read."
  value       = [{ name = "ANTECHAMBER_SERVICES", value = join(",", local.paths) }]
}

output "service_account_annotations" {
  description = "IRSA: annotations of the pod's service account. Empty elsewhere."
  value       = var.runs_on == "irsa" ? { "eks.amazonaws.com/role-arn" = aws_iam_role.service.arn } : {}
}
