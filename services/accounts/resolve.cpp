#include "accounts/resolve.hpp"

#include "accounts/address.hpp"
#include "core/ascii.hpp"

namespace scop::accounts {

namespace {

using Kind = Resolution::Kind;

Resolution mailbox_of(const Account& account, std::string_view detail) {
  return {.kind = account.disabled ? Kind::disabled : Kind::mailbox,
          .mailbox = account.login,
          .detail = std::string(detail),
          .addresses = {},
          .quota = account.quota,
          .full = account.is_full()};
}

// no_such_user where it is neither alias nor user.
Outcome<Resolution> look_up(Directory& directory, const std::string& address, std::string_view detail) {
  auto targets = directory.targets(address);
  if (!targets) return std::unexpected(targets.error());
  if (!targets->empty()) {
    return Resolution{.kind = Kind::addresses, .mailbox = {}, .detail = {}, .addresses = std::move(*targets)};
  }
  auto account = directory.find_account(address);
  if (!account) return std::unexpected(account.error());
  if (*account) return mailbox_of(**account, detail);
  return Resolution{.kind = Kind::no_such_user};
}

// RFC 5321 4.5.1, RFC 2142: somebody must read these.
bool is_for_the_operator(std::string_view local) { return local == "postmaster" || local == "abuse"; }

Outcome<Resolution> operator_of(Directory& directory, const Address& address, const ResolveRules& rules) {
  if (!rules.postmaster_user.empty()) return look_up(directory, ascii::to_lower(rules.postmaster_user), {});
  const auto oldest = directory.oldest_account(address.domain);
  if (!oldest) return std::unexpected(oldest.error());
  if (!*oldest) return Resolution{.kind = Kind::no_such_user};
  return look_up(directory, **oldest, {});
}

bool is_found(const Outcome<Resolution>& resolution) {
  return !resolution || resolution->kind != Kind::no_such_user;
}

}  // namespace

Outcome<Resolution> resolve(Directory& directory, std::string_view text, const ResolveRules& rules) {
  auto address = read_address(text);
  if (!address && ascii::equals_ignoring_case(text, "postmaster")) {
    address = Address{.local = "postmaster", .domain = rules.domain};
  }
  if (!address) return Resolution{.kind = Kind::no_such_user};
  const auto ours = directory.has_domain(address->domain);
  if (!ours) return std::unexpected(ours.error());
  if (!*ours) return Resolution{.kind = Kind::not_ours};

  if (auto exact = look_up(directory, address->text(), {}); is_found(exact)) return exact;
  const auto split = rules.separator == '\0' ? std::string::npos : address->local.find(rules.separator);
  if (split != std::string::npos && split > 0) {
    const Address base{.local = address->local.substr(0, split), .domain = address->domain};
    auto found = look_up(directory, base.text(), address->local.substr(split + 1));
    if (is_found(found)) return found;
  }
  if (is_for_the_operator(address->local)) {
    if (auto found = operator_of(directory, *address, rules); is_found(found)) return found;
  }
  return look_up(directory, "@" + address->domain, {});
}

}  // namespace scop::accounts
