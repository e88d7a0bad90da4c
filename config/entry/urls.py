"""Below /admin/, before the admin's own addresses: two of these take the place of its own."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import path, re_path

from config.entry.views import account as you
from config.entry.views import end_sessions, mails, of_staff, own_page, page

again_by_code = mfa.ReauthenticateView.as_view(template_name="account/reauthenticate.html")
AGAIN, FORGOTTEN = "Is it still you?", "Forgotten your password?"
urlpatterns = [
    path("login/", page(account.login, "Sign in"), name="account_login"),
    path("login/code/", page(mfa.authenticate, "Your second factor"), name="mfa_authenticate"),
    path("login/passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("login/cancel/", page(account.logout, "Sign out"), name="account_logout"),
    path("login/closed/", page(account.account_inactive, "This account is closed"), name="account_inactive"),
    path("login/again/", own_page(account.reauthenticate, AGAIN), name="account_reauthenticate"),
    path("login/again/code/", own_page(again_by_code, AGAIN), name="mfa_reauthenticate"),
    path(
        "login/again/passkey/",
        own_page(passkeys.reauthenticate_webauthn, AGAIN),
        name="mfa_reauthenticate_webauthn",
    ),
    path("password/forgotten/", page(account.password_reset, FORGOTTEN), name="account_reset_password"),
    path(
        "password/forgotten/sent/",
        page(account.password_reset_done, "Look at your mail"),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]{1,13})-(?P<key>[-\w]{1,100})/$",
        page(account.password_reset_from_key, "Choose a password"),
        name="account_reset_password_from_key",
    ),
    path(
        "password/new/done/",
        page(account.password_reset_from_key_done, "Your password is set"),
        name="account_reset_password_from_key_done",
    ),
    path(
        "password_change/",
        own_page(account.password_change, "Change your password"),
        name="account_change_password",
    ),
    path("password_set/", own_page(account.password_set, "Choose a password"), name="account_set_password"),
    path("you/", of_staff(you), name="mfa_index"),
    path("you/sessions/", of_staff(end_sessions), name="end_sessions"),
    path("you/mails/", of_staff(mails), name="staff_mails"),
    path("you/app/", own_page(totp.activate_totp, "Add an authenticator app"), name="mfa_activate_totp"),
    path(
        "you/app/remove/",
        own_page(totp.deactivate_totp, "Remove the authenticator app"),
        name="mfa_deactivate_totp",
    ),
    path("you/codes/", own_page(codes.view_recovery_codes, "Recovery codes"), name="mfa_view_recovery_codes"),
    path(
        "you/codes/new/",
        own_page(codes.generate_recovery_codes, "New recovery codes"),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "you/codes/recovery-codes.txt",
        of_staff(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("you/passkeys/", own_page(passkeys.list_webauthn, "Your passkeys"), name="mfa_list_webauthn"),
    path("you/passkeys/add/", own_page(passkeys.add_webauthn, "Add a passkey"), name="mfa_add_webauthn"),
    path(
        "you/passkeys/<int:pk>/remove/",
        own_page(passkeys.remove_webauthn, "Remove a passkey"),
        name="mfa_remove_webauthn",
    ),
    path(
        "you/passkeys/<int:pk>/name/",
        own_page(passkeys.edit_webauthn, "Name a passkey"),
        name="mfa_edit_webauthn",
    ),
]
