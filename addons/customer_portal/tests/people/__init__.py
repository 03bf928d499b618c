from . import (
    test_front_door,
    test_invitation,
    test_invitation_batch,
    test_invitation_files,
    test_mailed_names,
    test_people,
    test_people_pages,
    test_profile,
    test_registration,
    test_registration_decision,
    test_seller_companies,
    test_sign_in,
)
