#include "scop/systemd_units.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "daemon/system_calls.hpp"
#include "scop/acme_user.hpp"
#include "scop/systemd_reach.hpp"
#include "topology/topology.hpp"

namespace scop::command {

namespace {

namespace fs = std::filesystem;
using std::string_view_literals::operator""sv;

constexpr std::string_view made = "Made by `scop systemd` from the topology and scop.toml; do not edit.";

// Trees of which a daemon sees nothing but what is bound into them.
constexpr std::array hidden_trees{"/var"sv, "/srv"sv,   "/home"sv, "/root"sv,
                                  "/opt"sv, "/media"sv, "/mnt"sv,  "/boot"sv};

bool is_below(const fs::path& path, const fs::path& folder) {
  const auto relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

bool is_hidden(const fs::path& path) {
  return std::ranges::any_of(hidden_trees, [&](const auto tree) { return is_below(path, tree); });
}

// Callees that are started before: all but those that call back (the relay's bounces go to the signer).
class Order {
 public:
  Order() {
    std::set<std::string_view> called;
    for (const auto& daemon : topology::daemons()) {
      if (!daemon.is_daemon) continue;
      for (const auto callee : topology::callees_of(daemon.name)) called.insert(callee);
    }
    for (const auto& daemon : topology::daemons()) {
      if (daemon.is_daemon && !called.contains(daemon.name)) visit(daemon.name);
    }
    for (const auto& daemon : topology::daemons()) {
      if (daemon.is_daemon) visit(daemon.name);
    }
  }

  std::vector<std::string> before(std::string_view daemon) const {
    const auto place = std::ranges::find(order_, daemon);
    std::vector<std::string> names;
    for (const auto callee : topology::callees_of(daemon)) {
      if (std::ranges::find(order_, callee) < place) names.push_back(fmt::format("scop-{}.service", callee));
    }
    return names;
  }

  const std::vector<std::string_view>& all() const { return order_; }

 private:
  void visit(std::string_view daemon) {
    if (!seen_.insert(daemon).second) return;
    for (const auto callee : topology::callees_of(daemon)) visit(callee);
    order_.push_back(daemon);
  }
  std::set<std::string_view> seen_;
  std::vector<std::string_view> order_;
};

void add(std::vector<UnitSetting>& settings, std::string_view key, std::string value) {
  settings.push_back({std::string(key), std::move(value), false});
}

void add_to_list(std::vector<UnitSetting>& settings, std::string_view key, const auto& values) {
  if (!std::ranges::empty(values))
    settings.push_back({std::string(key), fmt::format("{}", fmt::join(values, " ")), true});
}

// What needs no privilege and no exception, and holds for every one of our processes.
void add_common_walls(std::vector<UnitSetting>& to) {
  for (const auto key :
       {"NoNewPrivileges", "PrivateDevices", "PrivateTmp", "PrivateIPC", "PrivateMounts", "ProtectClock",
        "ProtectControlGroups", "ProtectHome", "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules",
        "ProtectKernelTunables", "LockPersonality", "MemoryDenyWriteExecute", "RemoveIPC",
        "RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID"})
    add(to, key, "yes");
  add(to, "ProtectSystem", "strict");
  add(to, "ProtectProc", "invisible");
  add(to, "ProcSubset", "pid");
  add(to, "DevicePolicy", "closed");
  add(to, "KeyringMode", "private");
  add(to, "SystemCallArchitectures", "native");
  add(to, "UMask", "0077");
  add(to, "LimitCORE", "0");
}

// Folders: the own one, and of the instance nothing else; others' keys and state are not even there.
void add_files(std::vector<UnitSetting>& to, std::string_view daemon, const Reach& reach,
               const UnitFacts& facts) {
  const auto own = facts.folder / daemon;
  std::vector<std::string> read{(facts.folder / "scop.toml").string(),
                                (facts.folder / "mesh/ca.pem").string(),
                                "-" + (facts.folder / "mesh/grant.pub").string(), own.string()};
  std::vector<std::string> write{(own / "state").string()};
  for (const auto& path : reach.write) {
    if (!is_below(path, own / "state") && path != own / "state") write.push_back(path.string());
  }
  for (const auto& path : reach.read) {
    if (is_hidden(path) && !is_below(path, own) && std::ranges::find(read, "-" + path.string()) == read.end())
      read.push_back("-" + path.string());
  }
  if (is_hidden(facts.daemons)) read.push_back(facts.daemons.string());
  std::vector<std::string> empty;
  for (const auto tree : hidden_trees) empty.push_back(fmt::format("{}:ro", tree));
  if (!is_hidden(facts.folder)) empty.push_back(facts.folder.string() + ":ro");
  add_to_list(to, "TemporaryFileSystem", empty);
  add_to_list(to, "BindReadOnlyPaths", read);
  add_to_list(to, "BindPaths", write);
  add(to, "NoExecPaths", "/");
  add_to_list(to, "ExecPaths",
              std::vector<std::string>{(facts.daemons / fmt::format("scop-{}", daemon)).string(), "-/usr/lib",
                                       "-/usr/lib64"});
}

void add_network(std::vector<UnitSetting>& to, const Reach& reach) {
  to.push_back({"IPAddressDeny", "any", true});
  add_to_list(to, "IPAddressAllow", reach.addresses);
  to.push_back({"RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX", true});
  to.push_back({"SocketBindDeny", "any", true});
  // One a line: systemd reads no list here.
  for (const auto& port : reach.listens) to.push_back({"SocketBindAllow", port, true});
}

void add_system_calls(std::vector<UnitSetting>& to) {
  std::set<std::string_view> names;
  for (const auto list :
       {daemon::boot_system_calls(), daemon::base_system_calls(), daemon::computing_system_calls(),
        daemon::connecting_system_calls(), daemon::sanitizer_system_calls()})
    names.insert(list.begin(), list.end());
  add_to_list(to, "SystemCallFilter", names);
}

Unit service_of(const topology::Daemon& daemon, const Order& order, const UnitFacts& facts) {
  const auto reach = reach_of(daemon.name, facts.document, facts.mesh);
  const auto config = (facts.folder / "scop.toml").string();
  std::vector<UnitSetting> unit;
  add(unit, "Description", fmt::format("scop {}: {}", daemon.name, daemon.job));
  add(unit, "Documentation", "man:scop(1)");
  add(unit, "AssertPathExists", config);
  add(unit, "PartOf", "scop.target");
  auto after = order.before(daemon.name);
  after.insert(after.begin(), "network.target");
  add_to_list(unit, "After", after);
  add(unit, "StartLimitIntervalSec", "0");

  std::vector<UnitSetting> service;
  add(service, "Type", "notify");
  add(service, "ExecStart",
      fmt::format("{}/scop-{} --config {}", facts.daemons.string(), daemon.name, config));
  add(service, "ExecReload", "+/bin/kill -HUP $MAINPID");
  add(service, "User", facts.user_of(daemon.name));
  add(service, "Group", facts.user_of(daemon.name));
  // A wrong configuration (2) does not get better by trying again; everything else is tried for ever.
  add(service, "Restart", "always");
  add(service, "RestartSec", "500ms");
  add(service, "RestartPreventExitStatus", "2");
  add(service, "TimeoutStartSec", "60");
  add(service, "TimeoutStopSec", "15");
  add(service, "KillMode", "mixed");
  add(service, "OOMPolicy", "continue");
  add(service, "LogRateLimitBurst", "1000000");
  add_common_walls(service);
  add_files(service, daemon.name, reach, facts);
  add_network(service, reach);
  if (reach.has_low_ports) {
    add(service, "CapabilityBoundingSet", "CAP_NET_BIND_SERVICE");
    add(service, "AmbientCapabilities", "CAP_NET_BIND_SERVICE");
  } else {
    add(service, "CapabilityBoundingSet", "");
    add(service, "PrivateUsers", "yes");
  }
  add_system_calls(service);
  add(service, "LimitNOFILE", std::to_string(reach.open_files));
  add(service, "LimitMEMLOCK", "infinity");  // keys and passwords stay out of swap
  add(service, "MemoryMax", fmt::format("{}M", reach.memory >> 20U));
  add(service, "MemorySwapMax", "0");
  add(service, "TasksMax", "256");
  return {fmt::format("scop-{}.service", daemon.name),
          std::string(made),
          {{"Unit", std::move(unit)}, {"Service", std::move(service)}}};
}

Unit target_of(const Order& order, const UnitFacts& facts) {
  std::vector<std::string> wanted;
  for (const auto daemon : order.all()) wanted.push_back(fmt::format("scop-{}.service", daemon));
  wanted.emplace_back("scop-certs.timer");
  std::vector<UnitSetting> unit;
  add(unit, "Description", "scop: mail as a mesh of small daemons");
  add(unit, "Documentation", "man:scop(1)");
  add(unit, "AssertPathExists", (facts.folder / "scop.toml").string());
  add_to_list(unit, "Wants", wanted);
  return {"scop.target",
          std::string(made),
          {{"Unit", std::move(unit)}, {"Install", {{"WantedBy", "multi-user.target"}}}}};
}

// What comes back from a timer, by the command line.
struct Errand {
  std::string_view name;
  std::string_view description;
  std::string_view words;         // of the command line
  std::string_view when;          // OnCalendar=
  std::string_view needs;         // of the instance; without it there is nothing to do
  std::string_view capabilities;  // as root: folders belong to the daemons' users
  bool has_network;
};

constexpr std::array errands{
    Errand{"certs", "renews the mesh's certificates", "certs renew", "daily", "mesh/ca.key",
           "CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER", false},
    Errand{"acme", "certificates of the public ports", "acme run", "*-*-* 00/6:20:00", "acme",
           "CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_SETGID CAP_SETPCAP CAP_SETUID", true},
    Errand{"dns-publish", "publishes what the world must find", "dns publish --all", "hourly", "dns", "",
           true}};

void add_errand_walls(std::vector<UnitSetting>& to, const Errand& errand, const UnitFacts& facts) {
  add_common_walls(to);
  std::vector<std::string> empty;
  for (const auto tree : hidden_trees) empty.push_back(fmt::format("{}:ro", tree));
  add_to_list(to, "TemporaryFileSystem", empty);
  if (is_hidden(facts.command.parent_path()))
    add(to, "BindReadOnlyPaths", facts.command.parent_path().string());
  to.push_back({"BindPaths", facts.folder.string(), true});
  add(to, "CapabilityBoundingSet", std::string(errand.capabilities));
  if (errand.capabilities.empty()) add(to, "PrivateUsers", "yes");
  if (errand.has_network) {
    to.push_back({"RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX", true});
  } else {
    add(to, "PrivateNetwork", "yes");
    to.push_back({"IPAddressDeny", "any", true});
    to.push_back({"RestrictAddressFamilies", "none", true});
  }
  to.push_back({"SystemCallFilter", "@system-service @sandbox", true});
  if (!errand.capabilities.contains("SETUID"))
    to.push_back({"SystemCallFilter", "~@resources @privileged", true});
  add(to, "MemoryMax", "512M");
  add(to, "TasksMax", "64");
}

void add_units_of(const Errand& errand, const UnitFacts& facts, std::vector<Unit>& units) {
  const auto description = fmt::format("scop: {}", errand.description);
  std::vector<UnitSetting> unit;
  add(unit, "Description", description);
  add(unit, "Documentation", "man:scop(1)");
  add(unit, "ConditionPathExists", (facts.folder / errand.needs).string());
  add(unit, "After", "network.target");
  std::vector<UnitSetting> service;
  add(service, "Type", "oneshot");
  add(service, "ExecStart",
      fmt::format("{} --config {} {}", facts.command.string(), (facts.folder / "scop.toml").string(),
                  errand.words));
  add(service, "TimeoutStartSec", "30min");
  add_errand_walls(service, errand, facts);
  const auto name = fmt::format("scop-{}", errand.name);
  units.push_back(
      {name + ".service", std::string(made), {{"Unit", std::move(unit)}, {"Service", std::move(service)}}});
  std::vector<UnitSetting> timer;
  add(timer, "OnCalendar", std::string(errand.when));
  add(timer, "RandomizedDelaySec", "30min");
  add(timer, "Persistent", "yes");
  units.push_back({name + ".timer",
                   std::string(made),
                   {{"Unit", {{"Description", description}, {"PartOf", "scop.target"}}},
                    {"Timer", std::move(timer)},
                    {"Install", {{"WantedBy", "scop.target"}}}}});
}

}  // namespace

std::vector<Unit> units_of(const UnitFacts& facts) {
  const Order order;
  std::vector<Unit> units{target_of(order, facts)};
  for (const auto name : order.all()) units.push_back(service_of(*topology::find(name), order, facts));
  for (const auto& errand : errands) add_units_of(errand, facts, units);
  return units;
}

std::string users_file(unsigned user_base) {
  auto text = fmt::format("# {}\n# The numbers are those that `scop init` gives folders to.\n", made);
  const auto add_user = [&](std::string_view name, unsigned offset) {
    text += fmt::format("u scop-{} {} \"scop {}\" - -\n", name, user_base + offset, name);
  };
  for (const auto& daemon : topology::daemons())
    if (daemon.is_daemon) add_user(daemon.name, daemon.user_offset);
  add_user("acme", acme::user_offset);
  return text;
}

}  // namespace scop::command
