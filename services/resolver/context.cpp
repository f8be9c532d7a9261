#include "resolver/context.hpp"

#include <fmt/format.h>

#include <array>

#include "dns/address.hpp"

namespace scop::resolver {

namespace {

// Debian keeps this one up to date (dns-root-data); the two keys below are what IANA published until 2026.
constexpr const char* root_anchor_file = "/usr/share/dns/root.key";
constexpr std::array root_anchors{
    ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
    ". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
};

// Sets one thing after the other until the first that fails.
class Setter {
 public:
  explicit Setter(ub_ctx* context) : context_(context) {}

  void option(const char* name, const std::string& value) {
    check(problem_ ? 0 : ub_ctx_set_option(context_, name, value.c_str()), fmt::format("{} {}", name, value));
  }
  void check(int status, const std::string& what) {
    if (status != 0 && !problem_)
      problem_ = Error{ErrorKind::broken, fmt::format("{}: {}", what, ub_strerror(status))};
  }
  void trust(const std::string& anchor) {
    check(ub_ctx_add_ta(context_, anchor.c_str()), "trust anchor " + anchor);
  }
  void trust_file(const std::filesystem::path& file) {
    if (is_there(file))
      check(ub_ctx_add_ta_file(context_, file.c_str()), "trust anchor file " + file.string());
  }
  // Read by the library's thread only later, where nobody would see that it is missing.
  void root_hints(const std::filesystem::path& file) {
    if (is_there(file)) option("root-hints:", file.string());
  }
  Outcome<> outcome() const { return problem_ ? Outcome<>(std::unexpected(*problem_)) : Outcome<>(); }

 private:
  bool is_there(const std::filesystem::path& file) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(file, ignored)) return true;
    if (!problem_) problem_ = Error{ErrorKind::unavailable, "no such file: " + file.string()};
    return false;
  }

  ub_ctx* context_;
  std::optional<Error> problem_;
};

bool is_on_this_host(std::string_view server) {
  const auto address = dns::Address::from_text(server.substr(0, server.find('@')));
  return address && address->is_never_remote();
}

// libunbound shuns name servers on loopback: a stranger's delegation must not make it talk to this host. Only
// where the administrator names such a server is that given up.
bool asks_this_host(const settings::Resolver& settings) {
  if (std::ranges::any_of(settings.forward, is_on_this_host)) return true;
  return std::ranges::any_of(settings.stubs, [](const settings::StubZone& stub) {
    return std::ranges::any_of(stub.addresses, is_on_this_host);
  });
}

void set_basics(Setter& set, const settings::Resolver& settings) {
  const auto yes_or_no = [](bool yes) { return std::string(yes ? "yes" : "no"); };
  set.option("do-ip4:", yes_or_no(settings.ipv4));
  set.option("do-ip6:", yes_or_no(settings.ipv6));
  set.option("do-not-query-localhost:", yes_or_no(!asks_this_host(settings)));
  set.option("edns-buffer-size:", "1232");
  set.option("qname-minimisation:", "yes");
  set.option("harden-below-nxdomain:", "yes");
  set.option("rrset-roundrobin:", "yes");
  set.option("msg-cache-size:", fmt::to_string(settings.cache / 3));
  set.option("rrset-cache-size:", fmt::to_string(settings.cache / 3 * 2));
  set.option("outgoing-range:", "1024");
  set.option("num-queries-per-thread:", "4096");
  if (!settings.root_hints.empty()) set.root_hints(settings.root_hints);
}

void set_servers(Setter& set, ub_ctx* context, const settings::Resolver& settings) {
  for (const auto& server : settings.forward)
    set.check(ub_ctx_set_fwd(context, server.c_str()), "forward " + server);
  for (const auto& stub : settings.stubs) {
    for (const auto& address : stub.addresses) {
      set.check(ub_ctx_set_stub(context, stub.zone.c_str(), address.c_str(), 0), "stub " + stub.zone);
    }
    // Else libunbound's own empty zones (test., invalid., 10.in-addr.arpa. …) answer for it, and for all
    // below them.
    set.option("local-zone:", stub.zone + " transparent");
  }
}

void set_validation(Setter& set, const settings::Resolver& settings) {
  if (!settings.dnssec) {
    set.option("module-config:", "iterator");
    return;
  }
  set.option("module-config:", "validator iterator");
  set.option("val-log-level:", "2");  // without it there is no reason in a bogus answer
  for (const auto& domain : settings.insecure_domains) set.option("domain-insecure:", domain);
  for (const auto& anchor : settings.trust_anchors) set.trust(anchor);
  if (!settings.trust_anchor_file.empty()) set.trust_file(settings.trust_anchor_file);
  if (!settings.trust_anchors.empty() || !settings.trust_anchor_file.empty()) return;
  std::error_code ignored;
  if (std::filesystem::is_regular_file(root_anchor_file, ignored)) {
    set.trust_file(root_anchor_file);
  } else {
    for (const auto* anchor : root_anchors) set.trust(anchor);
  }
}

// Any of these finalises the context: files are read, stubs and options are fixed from here on.
void set_local_data(Setter& set, ub_ctx* context, const settings::Resolver& settings) {
  set.check(ub_ctx_zone_remove(context, "scop.invalid."), "finishing the configuration");
  for (const auto& zone : settings.local_zones) {
    const auto space = zone.find(' ');
    const auto type = space == std::string::npos ? "transparent" : zone.substr(space + 1);
    set.check(ub_ctx_zone_add(context, zone.substr(0, space).c_str(), type.c_str()), "local zone " + zone);
  }
  for (const auto& record : settings.local_data) {
    set.check(ub_ctx_data_add(context, record.c_str()), "local data " + record);
  }
}

}  // namespace

Outcome<Context> make_context(const settings::Resolver& settings) {
  Context context(ub_ctx_create());
  if (!context) return failure(ErrorKind::exhausted, "libunbound: no context could be made");
  ub_ctx_debugout(context.get(), nullptr);
  Setter set(context.get());
  set_basics(set, settings);
  set_servers(set, context.get(), settings);
  set_validation(set, settings);
  set.check(ub_ctx_async(context.get(), 1), "asynchronous resolution");
  set_local_data(set, context.get(), settings);
  if (auto done = set.outcome(); !done) return std::unexpected(std::move(done.error()));
  return context;
}

}  // namespace scop::resolver
