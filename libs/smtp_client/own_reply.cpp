#include "smtp_client/own_reply.hpp"

#include <fmt/format.h>

namespace scop::smtp_client {

namespace {

std::string_view name_of(Wait wait) {
  switch (wait) {
    case Wait::greeting:
      return "the greeting";
    case Wait::ehlo:
      return "the reply to EHLO";
    case Wait::starttls:
      return "the reply to STARTTLS";
    case Wait::auth:
      return "the reply to AUTH";
    case Wait::mail:
      return "the reply to MAIL";
    case Wait::rcpt:
      return "the reply to RCPT";
    case Wait::data:
      return "the reply to DATA";
    case Wait::message:
      return "the taking of the message";
    case Wait::final_reply:
      return "the reply to the message";
  }
  return "a reply";
}

}  // namespace

smtp::Reply lost_reply(Loss loss, Wait wait) {
  switch (loss) {
    case Loss::timed_out:
      return smtp::reply(451, "4.4.2", fmt::format("timed out while waiting for {}", name_of(wait)));
    case Loss::closed:
      return smtp::reply(451, "4.4.2", fmt::format("connection lost while waiting for {}", name_of(wait)));
    case Loss::garbage:
      break;
  }
  return smtp::reply(451, "4.5.0", fmt::format("the host sent something else than {}", name_of(wait)));
}

smtp::Reply tls_not_offered() {
  return smtp::reply(451, "4.7.10", "TLS is required, and the host does not offer STARTTLS");
}

smtp::Reply tls_failed_reply(std::string_view what) {
  return smtp::reply(451, "4.7.5", fmt::format("the TLS handshake failed: {}", what));
}

smtp::Reply auth_not_possible() {
  return smtp::reply(451, "4.7.0", "the smarthost does not offer AUTH PLAIN under TLS");
}

smtp::Reply no_eight_bit() {
  return smtp::reply(554, "5.6.3", "the next host does not take 8-bit messages (8BITMIME)");
}

smtp::Reply no_smtputf8() {
  return smtp::reply(553, "5.6.7", "the next host does not take internationalised addresses (SMTPUTF8)");
}

smtp::Reply no_requiretls() {
  return smtp::reply(550, "5.7.30", "the next host does not support REQUIRETLS over authenticated TLS");
}

smtp::Reply too_large() {
  return smtp::reply(552, "5.3.4", "the message is larger than the next host takes");
}

}  // namespace scop::smtp_client
