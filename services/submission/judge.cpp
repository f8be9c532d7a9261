#include "submission/judge.hpp"

#include "core/ascii.hpp"

namespace scop::submission {

namespace {

smtp::Reply not_yours(std::string_view where, std::string_view address, std::string_view login) {
  return smtp::reply(550, "5.7.1",
                     fmt::format("{} {} does not belong to {}", where, ascii::printable(address), login));
}

}  // namespace

smtp::Reply judge_sender(const Login& login, const smtp::Mail& mail, Time now) {
  if (login.grant.expires <= now) return smtp::reply(454, "4.7.0", "Login has expired; connect again");
  const auto address = mail.reverse_path.address();
  if (!mail.reverse_path.is_null() && !grant::may_send_as(login.grant, address)) {
    return not_yours("Sender address", address, login.name);
  }
  return smtp::reply(250, "2.1.0", "Sender OK");
}

smtp::Reply judge_recipient(const smtp::Rcpt&) { return smtp::reply(250, "2.1.5", "Recipient OK"); }

std::optional<smtp::Reply> judge_authors(const Login& login, const std::vector<std::string>& authors) {
  for (const auto& author : authors) {
    if (!grant::may_send_as(login.grant, author))
      return not_yours("From or Sender address", author, login.name);
  }
  return std::nullopt;
}

}  // namespace scop::submission
