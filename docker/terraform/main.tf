# Example: a service on ECS, and one on EKS by Pod Identity. `terraform init` fetches the provider.

provider "aws" {
  region = "eu-west-1"
}

module "web" {
  source = "./service"

  name          = "web"
  more_services = ["shared"]
}

module "worker" {
  source = "./service"

  name         = "worker"
  runs_on      = "pod-identity"
  cluster_name = "blue"
  namespace    = "jobs"
}

resource "aws_ecs_task_definition" "web" {
  family                   = "web"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  task_role_arn            = module.web.role_arn
  execution_role_arn       = var.execution_role_arn

  container_definitions = jsonencode([{
    name                   = "web"
    image                  = var.image
    essential              = true
    readonlyRootFilesystem = true
    stopTimeout            = 30
    environment            = module.web.environment

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = "/ecs/web"
        awslogs-region        = "eu-west-1"
        awslogs-stream-prefix = "web"
      }
    }
  }])
}

variable "execution_role_arn" {
  description = "The role by which the agent pulls the image and writes the log."
  type        = string
}

variable "image" {
  description = "An image whose entrypoint is antechamber (docker/Dockerfile.example)."
  type        = string
}
