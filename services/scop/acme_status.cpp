#include "scop/acme_status.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "files/descriptor.hpp"
#include "mesh_ca/facts.hpp"
#include "scop/acme_trouble.hpp"
#include "scop/json.hpp"
#include "tls_key/key.hpp"

namespace scop::command::acme {

namespace {

constexpr std::uint64_t most_pem = 256U << 10U;

std::string date_text(Time time) {
  return fmt::format("{:%Y-%m-%d}", std::chrono::floor<std::chrono::days>(time));
}

struct Found {
  std::string name;
  std::string problem;
  std::optional<mesh_ca::Facts> facts;
  std::string key_type;
  cert_roll::State state;
  Trouble trouble;
};

// Of the certificate that the daemons read: whoever may look at it, may look at this.
Found look(const World& world, const Pair& pair) {
  Found found{.name = pair.name};
  const auto chain = pair.placements.empty()
                         ? failure(ErrorKind::not_found, "no daemon reads it")
                         : files::read_whole(pair.placements.front().certificate, most_pem);
  const auto facts = chain ? mesh_ca::read_facts(*chain) : std::unexpected(chain.error());
  if (facts) {
    found.facts = *facts;
    found.key_type = tls_key::type_of_certificate(*chain).value_or("unknown");
  } else {
    found.problem = facts.error().what;
  }
  if (const auto state = Files(world, pair).load_state()) {
    found.state = *state;
  } else {
    found.problem = state.error().what;
  }
  found.trouble = read_trouble(pair);
  if (found.problem.empty() && found.trouble.failures > 0)
    found.problem = fmt::format("{} (failure {})", found.trouble.problem, found.trouble.failures);
  return found;
}

std::string under_way(const Found& found) {
  using cert_roll::Step;
  if (found.state.step == Step::settled) return "nothing";
  if (found.state.step != Step::waiting) return std::string(name_of(found.state.step));
  return fmt::format("waiting until {:%Y-%m-%d %H:%M:%S} UTC",
                     std::chrono::floor<std::chrono::seconds>(cert_roll::wait_ends(found.state)));
}

json::object to_json(const Found& found, const World& world) {
  json::object one{{"name", json_text(found.name)},
                   {"step", json_text(name_of(found.state.step))},
                   {"keys_to_publish", json_texts(cert_roll::keys_to_publish(found.state))},
                   {"failures", found.trouble.failures},
                   {"problem", json_text(found.problem)}};
  if (!found.facts) return one;
  const auto seconds = [](Time time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  };
  one["not_before"] = seconds(found.facts->not_before);
  one["not_after"] = seconds(found.facts->not_after);
  one["renewal"] = seconds(
      cert_roll::renewal_time(found.facts->not_before, found.facts->not_after, world.acme.renew_before));
  one["names"] = json_texts(found.facts->hosts);
  one["issuer"] = json_text(found.facts->issuer);
  one["key_type"] = json_text(found.key_type);
  return one;
}

}  // namespace

int tell(const Context& context, const std::vector<Told>& told) {
  const bool all_good = std::ranges::all_of(told, [](const auto& one) { return one.standing.good; });
  if (context.json) {
    json::array all;
    for (const auto& [pair, standing] : told)
      all.push_back(json::object{{"name", json_text(pair)},
                                 {"good", standing.good},
                                 {"settled", standing.settled},
                                 {"text", json_text(standing.text)}});
    print_json(json::object{{"certificates", std::move(all)}});
    return all_good ? good : declined;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& [pair, standing] : told) {
    const auto colour = !standing.good ? Colour::red : standing.settled ? Colour::green : Colour::yellow;
    const auto* word = !standing.good ? "problem" : standing.settled ? "good" : "under way";
    rows.push_back({pair, context.terminal.paint(colour, word), shown(standing.text)});
  }
  context.terminal.table({"CERTIFICATE", "STANDING", "WHAT"}, rows);
  return all_good ? good : declined;
}

int status(const Context& context) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto world = read_world(context, *instance);
  if (!world) {
    context.terminal.problem(world.error().what);
    return wrong_usage;
  }
  json::array all;
  std::vector<std::vector<std::string>> rows;
  bool all_good = true;
  for (const auto& pair : world->pairs) {
    const auto found = look(*world, pair);
    all_good = all_good && found.problem.empty();
    all.push_back(to_json(found, *world));
    rows.push_back({pair.name, found.facts ? date_text(found.facts->not_after) : "-",
                    found.facts
                        ? date_text(cert_roll::renewal_time(found.facts->not_before, found.facts->not_after,
                                                            world->acme.renew_before))
                        : "-",
                    found.key_type, under_way(found), found.facts ? shown(found.facts->issuer) : "",
                    context.terminal.paint(Colour::red, shown(found.problem))});
  }
  if (context.json) {
    print_json(json::object{{"enabled", world->acme.enabled}, {"certificates", std::move(all)}});
  } else {
    context.terminal.table({"CERTIFICATE", "UNTIL", "RENEWAL", "KEY", "UNDER WAY", "ISSUER", "PROBLEM"},
                           rows);
  }
  return all_good ? good : declined;
}

}  // namespace scop::command::acme
