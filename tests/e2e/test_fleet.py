"""Many starts at once against one rate limit, in virtual time: tests/bench/fleet, held to its numbers."""

import argparse
import importlib.machinery
import importlib.util
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[1] / "bench"


@pytest.fixture(scope="module")
def fleet():
    loader = importlib.machinery.SourceFileLoader("bench_fleet", str(BENCH / "fleet"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def simulator(fleet, tmp_path_factory):
    return fleet.build(tmp_path_factory.mktemp("fleet"))


def options(**changed):
    usual = {"parameters": 35, "rate": 40, "burst": 40, "retries": 20, "timeout": 0, "seeds": 5}
    return argparse.Namespace(**{**usual, **changed})


# Times and requests are those of the least possible; before throttles were remembered the requests were
# 1.7, 2.5 and 4.5 times the least.
@pytest.mark.parametrize(
    "starts, time, requests", [(50, 2.2, 1.6), (200, 1.35, 2.0), (1000, 1.3, 2.8)]
)
def test_all_start_and_the_crowd_thins_out(fleet, simulator, starts, time, requests):
    outcome = fleet.simulate(simulator, starts, options())
    least_time, least_requests = fleet.least(starts, options())
    assert outcome.succeeded == starts
    assert outcome.last <= time * least_time
    assert outcome.requests <= requests * least_requests


def test_the_defaults_are_enough_for_a_few_hundred(fleet, simulator):
    outcome = fleet.simulate(simulator, 300, options(retries=10, timeout=60))
    assert outcome.succeeded == 300


@pytest.mark.parametrize("starts", [1, 10])
def test_a_start_that_is_not_throttled_does_not_wait(fleet, simulator, starts):
    """Four requests each, and the round trips before and between them."""
    outcome = fleet.simulate(simulator, starts, options())
    assert outcome.requests == 4 * starts
    assert outcome.last < (3 + 4) * 0.05


@pytest.mark.parametrize("starts", [50, 200, 1000])
@pytest.mark.parametrize("growth", [2, 20])
def test_no_run_is_below_the_bound(fleet, simulator, starts, growth):
    """Our delays keep the limits that the bound is made for."""
    outcome = fleet.simulate(simulator, starts, options())
    bound = fleet.bound(starts, options(), growth)
    assert fleet.least(starts, options())[1] <= bound <= outcome.requests


def test_the_bound_of_a_thousand(fleet):
    """Throttled on arrival, within a second, and 120 after the longest delay; less by the round trips."""
    bound = fleet.bound(1000, options(), 20)
    assert 4000 + 960 + 920 + 120 - 10 < bound <= 4000 + 960 + 920 + 120


@pytest.mark.parametrize("share, median, most", [(0, 0, 0), (0.05, 0, 3), (0.2, 0.6, 20)])
def test_a_lone_start_that_others_throttle_does_not_wait_long(fleet, simulator, share, median, most):
    half, nearly_all = fleet.lone(simulator, "antechamber", share, options())
    assert half <= median and nearly_all <= most


def test_the_standard_mode_waits_by_its_rule(fleet, simulator):
    assert fleet.lone(simulator, "standard", 0, options()) == (0, 0)
    half, nearly_all = fleet.lone(simulator, "standard", 0.2, options())
    assert 0.1 < half < 0.5 and 4 < nearly_all < 7
