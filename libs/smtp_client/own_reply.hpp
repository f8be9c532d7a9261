// The replies that we give in a remote's stead (RFC 3463): one table.
#pragma once

#include <string_view>

#include "smtp/reply.hpp"
#include "smtp_client/step.hpp"

namespace scop::smtp_client {

enum class Loss { timed_out, closed, garbage };

smtp::Reply lost_reply(Loss loss, Wait wait);
smtp::Reply tls_not_offered();
smtp::Reply tls_failed_reply(std::string_view what);
smtp::Reply auth_not_possible();
smtp::Reply no_eight_bit();   // 5.6.3: nobody changes octets behind the signer
smtp::Reply no_smtputf8();    // 5.6.7
smtp::Reply no_requiretls();  // 5.7.30 (RFC 8689 5)
smtp::Reply too_large();      // 5.3.4

}  // namespace scop::smtp_client
