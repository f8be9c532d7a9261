#include "scop/acme_check.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "scop/acme_files.hpp"
#include "scop/acme_trouble.hpp"

namespace scop::command::acme {

namespace {

constexpr std::chrono::days overdue{2};
constexpr std::chrono::days stuck{3};

std::string days_text(std::chrono::milliseconds time) {
  return fmt::format("{} days", std::chrono::floor<std::chrono::days>(time).count());
}

void check_means(const World& world, Findings& findings) {
  if (::access(world.acme.client.c_str(), X_OK) != 0)
    findings.problems.push_back(
        fmt::format("[acme] client: {} cannot be executed: install uacme", world.acme.client.string()));
  std::error_code error;
  for (const auto& file : {world.acme.tsig_key_file, world.acme.tlsa_tsig_key_file}) {
    if (!file.empty() && !std::filesystem::exists(file, error) && !error)
      findings.problems.push_back(
          fmt::format("[acme]: {} is missing: tsig-keygen makes such a key", file.string()));
  }
}

void check_pair(const World& world, const Pair& pair, Findings& findings) {
  const Files files(world, pair);
  const auto state = files.load_state();
  if (!state) {
    findings.problems.push_back(state.error().what);
  } else if (state->step != cert_roll::Step::settled && now() - state->since > stuck) {
    findings.warnings.push_back(fmt::format("certificate {}: {} since {}: `scop acme run` says why",
                                            pair.name, name_of(state->step),
                                            days_text(now() - state->since)));
  }
  if (const auto trouble = read_trouble(pair); trouble.failures > 0)
    findings.warnings.push_back(fmt::format("certificate {}: ordering it has failed {} times: {}", pair.name,
                                            trouble.failures, trouble.problem));
  const auto held = files.held();
  if (!held || !world.acme.enabled) return;
  const auto renewal = cert_roll::renewal_time(held->not_before, held->not_after, world.acme.renew_before);
  if (now() - renewal > overdue)
    findings.warnings.push_back(
        fmt::format("certificate {}: its renewal is overdue by {}: `scop acme status`", pair.name,
                    days_text(now() - renewal)));
}

}  // namespace

Findings check(const Context& context) {
  Findings findings;
  const auto instance = Instance::open(context);
  if (!instance) return findings;
  const auto world = read_world(context, *instance);
  if (!world) {
    const auto acme =
        settings::read_acme(instance->document(), instance->mesh().host, instance->mesh().domain);
    if (acme.enabled) findings.problems.push_back(world.error().what);
    return findings;
  }
  if (world->acme.enabled) check_means(*world, findings);
  for (const auto& pair : world->pairs) check_pair(*world, pair, findings);
  return findings;
}

}  // namespace scop::command::acme
